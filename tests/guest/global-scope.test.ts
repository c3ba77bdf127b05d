// https://html.spec.whatwg.org/multipage/workers.html#the-workerglobalscope-common-interface
import { describe, expect, test } from "bun:test";
import { createGuest, descriptor, run, thrown } from "./guest.ts";

describe("the global", () => {
  test("is a WorkerGlobalScope and an EventTarget", async () => {
    expect(
      await run(`return [
        self === globalThis,
        globalThis instanceof WorkerGlobalScope,
        globalThis instanceof EventTarget,
        Object.prototype.toString.call(globalThis),
        Object.getPrototypeOf(globalThis) === WorkerGlobalScope.prototype,
      ]`),
    ).toEqual([true, true, true, "[object WorkerGlobalScope]", true]);
  });

  test("has interfaces as Web IDL defines them", async () => {
    const interfaces = [
      "AbortController",
      "AbortSignal",
      "CloseEvent",
      "Crypto",
      "CustomEvent",
      "DOMException",
      "ErrorEvent",
      "Event",
      "EventTarget",
      "Headers",
      "MessageEvent",
      "Performance",
      "ProgressEvent",
      "PromiseRejectionEvent",
      "Request",
      "Response",
      "TextDecoder",
      "TextEncoder",
      "URL",
      "URLPattern",
      "URLSearchParams",
      "WebSocket",
      "WorkerGlobalScope",
      "WorkerNavigator",
    ];
    const shapes = await run<string[]>(`${descriptor}
      return ${JSON.stringify(interfaces)}.map((name) => {
        const constructor = globalThis[name];
        return [
          name,
          descriptor(globalThis, name),
          descriptor(constructor, "prototype"),
          constructor.name === name,
          constructor.prototype[Symbol.toStringTag] === name,
          descriptor(constructor.prototype, Symbol.toStringTag),
          descriptor(constructor.prototype, "constructor"),
        ].join("; ");
      })`);
    const rest = "value writable configurable; value; true; true; value configurable; value writable configurable";
    expect(shapes).toEqual(interfaces.map((name) => `${name}; ${rest}`));
  });

  test("has enumerable operations and attributes", async () => {
    expect(
      await run(`${descriptor}
        const operations = ["atob", "btoa", "clearInterval", "clearTimeout", "queueMicrotask", "reportError",
          "setInterval", "setTimeout", "structuredClone"];
        const odd = operations.filter((name) => descriptor(globalThis, name) !== "value writable enumerable configurable");
        return [odd, descriptor(globalThis, "crypto"), descriptor(globalThis, "navigator"),
          descriptor(globalThis, "performance"), descriptor(globalThis, "self"), descriptor(globalThis, "onerror"),
          descriptor(globalThis, "console"), descriptor(globalThis, "NETWORK")]`),
    ).toEqual([
      [],
      "get enumerable configurable",
      "get enumerable configurable",
      "getset enumerable configurable",
      "getset enumerable configurable",
      "getset enumerable configurable",
      "value writable configurable",
      "value enumerable",
    ]);
  });

  test("has operations that are no constructors and know their lengths and names", async () => {
    expect(
      await run(`${thrown}
        return [setTimeout, clearInterval, queueMicrotask, structuredClone, atob, reportError, NETWORK.send, console.log]
          .map((f) => [f.name, f.length, thrown(() => new f()), "prototype" in f].join())`),
    ).toEqual([
      "setTimeout,1,TypeError,false",
      "clearInterval,0,TypeError,false",
      "queueMicrotask,1,TypeError,false",
      "structuredClone,1,TypeError,false",
      "atob,1,TypeError,false",
      "reportError,1,TypeError,false",
      "send,2,TypeError,false",
      "log,0,TypeError,false",
    ]);
  });

  test("leaks nothing of how it is made", async () => {
    const known = await run<string[]>(`
      const language = ["Object", "Function", "Array", "Number", "parseFloat", "parseInt", "Infinity", "NaN", "undefined",
        "Boolean", "String", "Symbol", "Date", "Promise", "RegExp", "Error", "AggregateError", "EvalError", "RangeError",
        "ReferenceError", "SyntaxError", "TypeError", "URIError", "globalThis", "JSON", "Math", "Intl", "ArrayBuffer",
        "Atomics", "Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "Float16Array",
        "Float32Array", "Float64Array", "Uint8ClampedArray", "BigUint64Array", "BigInt64Array", "DataView", "Map",
        "BigInt", "Set", "Iterator", "WeakMap", "WeakSet", "WeakRef", "Proxy", "Reflect", "FinalizationRegistry",
        "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "unescape", "eval", "isFinite",
        "isNaN", "WebAssembly", "SuppressedError", "DisposableStack", "AsyncDisposableStack"];
      return Reflect.ownKeys(globalThis).map(String).filter((name) => !language.includes(name)).sort()`);
    expect(known).toEqual(
      [
        ...["AbortController", "AbortSignal", "CloseEvent", "Crypto", "CryptoKey", "CustomEvent"],
        ...["DOMException", "ErrorEvent"],
        ...[
          "ByteLengthQueuingStrategy",
          "CompressionStream",
          "CountQueuingStrategy",
          "DecompressionStream",
          "ReadableByteStreamController",
          "ReadableStream",
          "ReadableStreamBYOBReader",
          "ReadableStreamBYOBRequest",
          "ReadableStreamDefaultController",
          "ReadableStreamDefaultReader",
          "TextDecoderStream",
          "TextEncoderStream",
          "TransformStream",
          "TransformStreamDefaultController",
          "WritableStream",
          "WritableStreamDefaultController",
          "WritableStreamDefaultWriter",
        ],
        ...["Event", "EventSource", "EventTarget", "MessageEvent", "NETWORK", "Performance", "ProgressEvent"],
        ...[
          "PromiseRejectionEvent",
          "QuotaExceededError",
          "SubtleCrypto",
          "Request",
          "Response",
          "TextDecoder",
          "TextEncoder",
          "WebSocket",
          "WorkerGlobalScope",
          "WorkerNavigator",
          "atob",
        ],
        ...["URL", "URLPattern", "URLSearchParams"],
        ...[
          "btoa",
          "clearInterval",
          "clearTimeout",
          "console",
          "crypto",
          "fetch",
          "navigator",
          "onerror",
          "onrejectionhandled",
        ],
        ...[
          "onunhandledrejection",
          "performance",
          "queueMicrotask",
          "reportError",
          "self",
          "setInterval",
          "setTimeout",
        ],
        ...["structuredClone"],
        ...["Blob", "BroadcastChannel", "File", "FileList", "FileReader", "FileReaderSync", "FormData", "Headers"],
        ...["MessageChannel", "MessagePort", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure"],
        ...["PerformanceObserver", "PerformanceObserverEntryList"],
      ].sort(),
    );
  });

  test("has no shared memory, not even by way of WebAssembly", async () => {
    expect(
      await run(`
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
        return [typeof SharedArrayBuffer, memory.buffer.constructor === Object || memory.buffer.constructor === ArrayBuffer]`),
    ).toEqual(["undefined", true]);
  });

  test("lets scripts have a `self` and a `performance` of their own", async () => {
    const guest = await createGuest();
    await guest.evaluate(`var self = 5; performance = 6; undefined`);
    expect(await guest.evaluate("[self, performance]")).toEqual([5, 6]);
  });

  test("has interfaces that cannot be constructed", async () => {
    expect(
      await run(`${thrown}
        return [WorkerGlobalScope, WorkerNavigator, Crypto, Performance, AbortSignal].map((C) => thrown(() => new C()))`),
    ).toEqual(Array.from({ length: 5 }, () => "TypeError"));
  });

  test("has a navigator that says what this is", async () => {
    expect(await run("return [navigator.userAgent, Object.keys(navigator), String(navigator)]")).toEqual([
      "network-runtime",
      [],
      "[object WorkerNavigator]",
    ]);
  });

  test("gives no way from a stack trace to the platform's functions", async () => {
    expect(
      await run(`
        const seen = [];
        Error.prepareStackTrace = (error, frames) => {
          for (const frame of frames) {
            if (frame.getFileName() !== "guest.js") seen.push(typeof frame.getFunction(), typeof frame.getThis());
          }
          return "";
        };
        const target = new EventTarget();
        target.addEventListener("x", () => new Error().stack);
        target.dispatchEvent(new Event("x"));
        try { atob("*"); } catch (error) { error.stack; }
        delete Error.prepareStackTrace;
        return [seen.length > 4, seen.every((type) => type === "undefined")]`),
    ).toEqual([true, true]);
  });
});
