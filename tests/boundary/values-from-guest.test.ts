// What a guest can put into a message: it arrives as what it is, or the guest gets an error; the host never does.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "../guest/guest.ts";
import { received } from "./received.ts";

/** The name of what `NETWORK.send("m", value)` throws in the guest. */
function refusal(value: string): Promise<string> {
  return run<string>(
    `try { NETWORK.send("m", ${value}); return "sent"; } catch (error) { return String(error?.name ?? error); }`,
  );
}

describe("refused in the guest, with an error of its own", () => {
  test.each([
    ["a function", "() => {}"],
    ["a symbol", "Symbol('s')"],
    ["a registered symbol inside", "{ deep: [Symbol.for('s')] }"],
    ["a proxy of a function", "new Proxy(function () {}, {})"],
    ["a promise", "Promise.resolve(1)"],
    ["a WeakMap", "new WeakMap()"],
    ["a generator", "(function* () {})()"],
    ["a class", "class {}"],
    ["the global object", "globalThis"],
    ["NETWORK", "NETWORK"],
    ["a WebAssembly memory", "new WebAssembly.Memory({ initial: 1 })"],
    ["a WebAssembly module", "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))"],
    ["a shared buffer", "new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer"],
    [
      "a detached buffer",
      "(() => { const b = new ArrayBuffer(8); structuredClone(b, { transfer: [b] }); return b; })()",
    ],
    ["a buffer detached by transfer", "(() => { const b = new ArrayBuffer(8); b.transfer(); return { b }; })()"],
  ])("%s", async (_name, value) => {
    expect(await refusal(value)).toBe("DataCloneError");
  });

  test("a proxy is not looked through", async () => {
    expect(await refusal("new Proxy({ a: 1 }, { ownKeys() { throw 1; } })")).toBe("DataCloneError");
    expect(await refusal("(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })()")).toBe(
      "DataCloneError",
    );
    expect(await refusal("{ inside: Proxy.revocable([], {}).proxy }")).toBe("DataCloneError");
  });

  test("whatever a getter throws is the sender's to catch", async () => {
    expect(await refusal("{ get a() { throw new RangeError('mine'); } }")).toBe("RangeError");
    expect(await refusal("{ get a() { throw null; } }")).toBe("null");
    expect(await refusal("[, , { get b() { throw 'text'; } }]")).toBe("text");
  });

  test("nesting beyond the stack", async () => {
    const body = `
      let deep = {}; for (let i = 0; i < 100000; i++) deep = { deep };
      let list = []; for (let i = 0; i < 100000; i++) list = [list];
      let map = new Map(); for (let i = 0; i < 100000; i++) map = new Map([[map, map]]);
      let million = []; for (let i = 0; i < 1e6; i++) million = [million];
      return [deep, list, map, million].map((value) => { try { NETWORK.send("m", value); return "sent"; } catch (e) { return e.name; } });
    `;
    const outcomes = await run<string[]>(body);
    for (const outcome of outcomes) expect(["RangeError", "DataCloneError"]).toContain(outcome);
  });

  test("a request refuses by rejecting, without asking the host", async () => {
    const guest = await createGuest();
    let asked = 0;
    guest.onRequest("r", () => asked++);
    const names = await run<string[]>(
      `const names = [];
       for (const value of [() => {}, Symbol(), new Proxy({}, {}), { get a() { throw new RangeError(); } }]) {
         await NETWORK.request("r", value).then(() => names.push("answered"), (error) => names.push(error.name));
       }
       return names;`,
      guest,
    );
    expect(names).toEqual(["DataCloneError", "DataCloneError", "DataCloneError", "RangeError"]);
    expect(asked).toBe(0);
  });
});

describe("arriving as what it is", () => {
  test("numbers that JSON loses", async () => {
    const value = (await received("[NaN, -0, Infinity, -Infinity, 2 ** 53, 5e-324]")) as number[];
    expect(value).toEqual([NaN, -0, Infinity, -Infinity, 2 ** 53, 5e-324]);
    expect(Object.is(value[1], -0)).toBe(true);
  });

  test("integers without end", async () => {
    expect(await received("[0n, -1n, 2n ** 64n, -(2n ** 4000n)]")).toEqual([0n, -1n, 2n ** 64n, -(2n ** 4000n)]);
  });

  test("lone surrogates and NUL", async () => {
    expect(await received(String.raw`"\ud800 \udc00\ud800 \0 end"`)).toBe("\ud800 \udc00\ud800 \0 end");
    expect(await received(String.raw`({ "\ud800": "\udfff" })`)).toEqual({ "\ud800": "\udfff" });
  });

  test("keys that name a prototype are own data properties", async () => {
    const value = (await received(
      `JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":2}')`,
    )) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(value, "__proto__")?.value).toEqual({ polluted: 1 });
    expect(Object.hasOwn(value, "constructor")).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("keys of arrays, maps and errors that name a prototype", async () => {
    const array = (await received("Object.assign([1], { ['__proto__']: 2, constructor: 3 })")) as unknown[];
    expect(Array.isArray(array)).toBe(true);
    expect(Object.getPrototypeOf(array)).toBe(Array.prototype);
    const map = (await received("new Map([['__proto__', 1], ['constructor', 2]])")) as Map<string, number>;
    expect([...map]).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
    const error = (await received(
      "Object.defineProperty(new TypeError('x'), '__proto__', { value: { polluted: 1 }, enumerable: true })",
    )) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect((error as unknown as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("cycles and shared parts", async () => {
    const value = (await received(
      "(() => { const a = { list: [] }; a.self = a; a.list.push(a, a.list); return a; })()",
    )) as {
      self: unknown;
      list: unknown[];
    };
    expect(value.self).toBe(value);
    expect(value.list[0]).toBe(value);
    expect(value.list[1]).toBe(value.list);
  });

  test("holes, undefined, dates that are none, sparse giants", async () => {
    const value = (await received("[, undefined, new Date(NaN)]")) as unknown[];
    expect(0 in value).toBe(false);
    expect(1 in value).toBe(true);
    expect(Number.isNaN((value[2] as Date).getTime())).toBe(true);
    const sparse = (await received("(() => { const a = []; a[4294967294] = 1; return a; })()")) as unknown[];
    expect(sparse.length).toBe(4294967295);
    expect(Object.keys(sparse)).toEqual(["4294967294"]);
  });

  test("a getter's value, read once, in the guest", async () => {
    expect(
      await received("(() => { let n = 0; return { get a() { return ++n; }, get b() { return n; } }; })()"),
    ).toEqual({
      a: 1,
      b: 1,
    });
  });

  test("a subclass loses its class, an object its methods' prototype", async () => {
    const value = (await received("new (class Guest extends Map { evil = 1 })([[1, 2]])")) as object;
    expect(Object.getPrototypeOf(value)).toBe(Map.prototype);
    expect(Object.getPrototypeOf(await received("Object.create({ inherited: 1 })"))).toBe(Object.prototype);
  });

  test("a resizable buffer, and a view of one", async () => {
    const value = (await received(
      "(() => { const b = new ArrayBuffer(4, { maxByteLength: 16 }); return { b, view: new Uint8Array(b) }; })()",
    )) as { b: ArrayBuffer; view: Uint8Array };
    expect(value.b.byteLength).toBe(4);
    expect(value.view.buffer).toBe(value.b);
  });
});
