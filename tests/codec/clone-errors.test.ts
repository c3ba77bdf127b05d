import { describe, expect, test } from "bun:test";
import { ByteSink, DataCloneError, encodePair } from "../../lib/codec/index.ts";

const sink = new ByteSink();

function messageOf(data: unknown): string {
  try {
    encodePair("event", data, sink);
  } catch (error) {
    expect(error).toBeInstanceOf(DataCloneError);
    expect((error as DataCloneError).code).toBe("ERR_DATA_CLONE");
    expect((error as DataCloneError).name).toBe("DataCloneError");
    return (error as Error).message;
  }
  throw new Error("it was cloned");
}

const noop = (): void => undefined;
const detached = new ArrayBuffer(8);
const detachedView = new Uint8Array(detached);
structuredClone(detached, { transfer: [detached] });

describe("where", () => {
  test.each([
    ["data", noop],
    ["data.items[3].callback", { items: [1, 2, 3, { callback: noop }] }],
    ['data["a b"].c', { "a b": { c: noop } }],
    ['data["<map key 1>"]', { "<map key 1>": noop }],
    ["data[0][1]", [[0, noop]]],
    ["data.lookup.user", { lookup: new Map([["user", noop]]) }],
    [
      "data.lookup<map key 1>.f",
      {
        lookup: new Map<unknown, unknown>([
          ["user", 0],
          [{ f: noop }, 1],
        ]),
      },
    ],
    [
      "data.lookup<map value 1>",
      {
        lookup: new Map<unknown, unknown>([
          ["user", 0],
          [1, noop],
        ]),
      },
    ],
    ["data<set value 2>", new Set([1, 2, noop])],
    ["data.error.cause.f", { error: new Error("x", { cause: { f: noop } }) }],
    ["data.list.extra", { list: Object.assign([1, 2], { extra: noop }) }],
    ["data[5]", Object.assign([], { 5: noop })],
    ["data[1000000]", Object.assign([], { 1000000: noop })],
    ["data.a.d", { a: { b: { c: 1 }, d: noop } }],
  ])("%s", (path, data) => {
    expect(messageOf(data)).toStartWith(`${path}: a function`);
  });

  test("a long path loses its middle", () => {
    let data: unknown = noop;
    for (let i = 0; i < 500; i++) data = { next: data };
    expect(messageOf(data).length).toBeLessThan(300);
  });
});

test("names are on one line and of bounded length", () => {
  const long = "x".repeat(1e5);
  for (const name of [long, `a\nb${long}`, `"${long}`]) {
    for (const data of [{ [name]: noop }, new Map([[name, noop]]), { f: { [name]() {} }[name] }, Symbol(name)]) {
      const message = messageOf(data);
      expect(message.length).toBeLessThan(250);
      expect(message).not.toContain("\n");
    }
  }
});

describe("what", () => {
  class Widget {
    run = noop;
  }
  test.each<[string, unknown, string]>([
    ["named function", { f: function go(): void {} }, "data.f: a function (go) cannot be sent to an isolate."],
    ["symbol", { s: Symbol("tag") }, "data.s: a symbol (Symbol(tag)) cannot be sent to an isolate."],
    ["boxed symbol", Object(Symbol("tag")), "symbol"],
    ["class", Widget, "a function (Widget)"],
    ["instance with a function", new Widget(), "data.run: a function"],
    ["promise", { p: Promise.resolve(1) }, "data.p: a Promise cannot be sent to an isolate: await it first."],
    ["proxy", { p: new Proxy({}, {}) }, "data.p: a Proxy cannot be sent"],
    ["revoked proxy", revoked(), "data: a Proxy cannot be sent"],
    ["proxy of an array", [new Proxy([], {})], "data[0]: a Proxy cannot be sent"],
    ["WeakMap", new WeakMap(), "a WeakMap"],
    ["WeakSet", new WeakSet(), "a WeakSet"],
    ["WeakRef", new WeakRef({}), "a WeakRef"],
    ["generator", (function* () {})(), "a Generator"],
    ["iterator", [].values(), "an Array Iterator"],
    [
      "shared buffer",
      new SharedArrayBuffer(8),
      "a SharedArrayBuffer cannot be sent to an isolate: memory is not shared",
    ],
    ["view of a shared buffer", { v: new Uint8Array(new SharedArrayBuffer(8)) }, "data.v: a SharedArrayBuffer"],
    ["detached buffer", { b: detached }, "data.b: the buffer has been transferred elsewhere"],
    ["view of a detached buffer", { v: detachedView }, "data.v: the buffer has been transferred"],
    [
      "Blob",
      { blob: new Blob(["x"]) },
      "data.blob: a Blob cannot be sent to an isolate: send `await blob.arrayBuffer()`",
    ],
    ["Response", new Response("x"), "a Response cannot be sent to an isolate: send its status"],
    ["Request", new Request("http://a.test/"), "a Request cannot be sent"],
    ["Headers", new Headers(), "send `Object.fromEntries(headers)`"],
    ["URL", { at: new URL("http://a.test/") }, "data.at: a URL cannot be sent to an isolate: send `url.href`."],
    ["URLSearchParams", new URLSearchParams(), "params.toString()"],
    ["FormData", new FormData(), "a FormData"],
    ["ReadableStream", new ReadableStream(), "a ReadableStream"],
    ["AbortSignal", new AbortController().signal, "an AbortSignal"],
    ["Intl", new Intl.NumberFormat("en"), "Intl.NumberFormat"],
  ])("%s", (_name, data, message) => {
    expect(messageOf(data)).toContain(message);
  });

  test("data 100,000 levels deep, in every kind of container", () => {
    for (const wrap of [
      (v: unknown) => [v],
      (v: unknown) => ({ v }),
      (v: unknown) => new Map([[1, v]]),
      (v: unknown) => new Map([[v, 1]]),
      (v: unknown) => new Set([v]),
      (v: unknown) => new Error("x", { cause: v }),
    ]) {
      let data: unknown = null;
      for (let i = 0; i < 100_000; i++) data = wrap(data);
      expect(messageOf(data)).toContain("nested more than 1000 levels deep");
    }
  });

  test("a view outside of its shrunk buffer", () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    const views = [new Uint8Array(buffer, 8, 4), new DataView(buffer, 8, 4)];
    buffer.resize(4);
    for (const view of views) expect(messageOf({ view })).toContain("data.view: the view lies outside");
  });

  test("what a getter throws is thrown as it is", () => {
    const own = new Error("mine");
    const data = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw own;
      },
    });
    expect(() => encodePair("event", data, sink)).toThrow(own);
  });

  test("a class with a platform class's toStringTag is still one's own", () => {
    class Fake {
      a = 1;
      get [Symbol.toStringTag](): string {
        return "Blob";
      }
    }
    expect(() => encodePair("event", new Fake(), sink)).not.toThrow();
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
