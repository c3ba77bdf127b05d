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
        const operations = ["atob", "btoa", "clearInterval", "clearTimeout", "fetch", "queueMicrotask", "reportError",
          "setInterval", "setTimeout", "structuredClone"];
        const scope = WorkerGlobalScope.prototype;
        const odd = operations.filter((name) => descriptor(scope, name) !== "value writable enumerable configurable");
        return [odd, descriptor(scope, "crypto"), descriptor(scope, "navigator"),
          descriptor(scope, "performance"), descriptor(scope, "self"), descriptor(scope, "onerror"),
          descriptor(globalThis, "console"), descriptor(globalThis, "NETWORK")]`),
    ).toEqual([
      [],
      "get enumerable configurable",
      "get enumerable configurable",
      "getset enumerable configurable",
      "get enumerable configurable",
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
        "isNaN", "WebAssembly", "SuppressedError", "DisposableStack", "AsyncDisposableStack",
        "Temporal"];
      return [globalThis, WorkerGlobalScope.prototype].flatMap((holder) => Reflect.ownKeys(holder).map(String))
        .filter((name) => !language.includes(name)).sort()`);
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
          "onlanguagechange",
          "onoffline",
          "ononline",
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
        ...["structuredClone", "constructor", "Symbol(Symbol.toStringTag)"],
        ...["crossOriginIsolated", "isSecureContext", "origin"],
        ...["Blob", "BroadcastChannel", "File", "FileList", "FileReader", "FileReaderSync", "FormData", "Headers"],
        ...["MessageChannel", "MessagePort", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure"],
        ...["PerformanceObserver", "PerformanceObserverEntryList"],
      ].sort(),
    );
  });

  test("has no SharedArrayBuffer of its own, and counts those that WebAssembly leads to", async () => {
    const guest = await createGuest({ memoryMb: 64 });
    expect(
      await run(
        `${thrown}
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
        const Shared = memory.buffer.constructor;
        return [typeof SharedArrayBuffer, "SharedArrayBuffer" in globalThis, Shared.name, new Shared(8).byteLength,
          thrown(() => new Shared(65 << 20)), thrown(() => Atomics.wait(new Int32Array(new Shared(8)), 0, 0)),
          thrown(() => structuredClone(new Shared(8))), thrown(() => NETWORK.send("x", new Shared(8)))]`,
        guest,
      ),
    ).toEqual([
      ...["undefined", false, "SharedArrayBuffer", 8, "RangeError", "TypeError"],
      ...["DOMException DataCloneError 25", "DOMException DataCloneError 25"],
    ]);
    const grow = `
      const { constructor } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
      const grown = new constructor(0, { maxByteLength: 1 << 30 });
      grown.grow(1 << 29)`;
    await expect(guest.evaluate(grow)).rejects.toThrow(/memory_limit_exceeded|Out of memory/);
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

  test("has members that refuse every other object, and take none for the global", async () => {
    expect(
      await run(`${thrown}
        const scope = WorkerGlobalScope.prototype;
        const operations = [["atob", ""], ["btoa", ""], ["clearInterval", 0], ["clearTimeout", 0], ["queueMicrotask", () => {}],
          ["setInterval", "", 1e6], ["setTimeout", "", 1e6], ["structuredClone", 1]];
        const attributes = ["crossOriginIsolated", "crypto", "isSecureContext", "navigator", "origin", "performance", "self"];
        const getter = (name) => Object.getOwnPropertyDescriptor(scope, name).get;
        return [
          operations.filter(([name, ...args]) => thrown(() => scope[name].call({}, ...args)) !== "TypeError"),
          operations.filter(([name, ...args]) => thrown(() => scope[name].call(null, ...args)) !== "no exception"),
          thrown(() => Object.create(globalThis).setInterval(() => {}, 1e6)),
          attributes.filter((name) => thrown(() => getter(name).call({})) !== "TypeError"),
          attributes.filter((name) => getter(name).call(undefined) !== globalThis[name]),
          [origin, isSecureContext, crossOriginIsolated],
        ]`),
    ).toEqual([[], [], "TypeError", [], [], ["null", true, false]]);
  });

  test("shows its functions as the language's built-in ones", async () => {
    expect(
      await run(`
        const getter = (holder, name) => Object.getOwnPropertyDescriptor(holder, name).get;
        const functions = [setTimeout, fetch, Blob, URL, console.log, NETWORK.send, TextEncoder.prototype.encode,
          getter(Blob.prototype, "size"), Function.prototype.toString];
        const own = function own(a) { return a; };
        return [functions.map(String), String(own), String(class A { b() {} }),
          Function.prototype.toString.name, Function.prototype.toString.length, "prototype" in Function.prototype.toString]`),
    ).toEqual([
      ["setTimeout", "fetch", "Blob", "URL", "log", "send", "encode", "get size", "toString"].map(
        (name) => `function ${name}() { [native code] }`,
      ),
      "function own(a) { return a; }",
      "class A { b() {} }",
      "toString",
      0,
      false,
    ]);
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
        return seen`),
    ).toEqual([]);
  });
});
