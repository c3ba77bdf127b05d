// What errors carry across the boundary, both ways: causes, several errors, codes, data.
import { describe, expect, test } from "bun:test";
import type { GuestError, Isolate } from "network-runtime";
import { EvaluationError } from "network-runtime";
import { createGuest, run } from "../guest/guest.ts";

async function failure(guest: Isolate, script: string): Promise<GuestError> {
  const error: unknown = await guest.evaluate(script, { filename: "user.js" }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EvaluationError);
  return (error as EvaluationError).guest;
}

describe("thrown by a guest", () => {
  test("causes, with what they have", async () => {
    const guest = await createGuest();
    expect(
      await failure(
        guest,
        `throw new Error("outer", { cause: Object.assign(new TypeError("inner", { cause: { x: 1n } }), { code: "E_IN" }) })`,
      ),
    ).toMatchObject({
      name: "Error",
      message: "outer",
      cause: { name: "TypeError", message: "inner", code: "E_IN", cause: { x: 1n } },
    });
    expect(await failure(guest, `throw new Error("outer", { cause: () => 1 })`)).toMatchObject({ cause: "() => 1" });
  });

  test("the errors of an AggregateError", async () => {
    expect(
      await failure(
        await createGuest(),
        `await Promise.any([Promise.reject(new Error("a")), Promise.reject(new TypeError("b")), Promise.reject(3)])`,
      ),
    ).toMatchObject({
      name: "AggregateError",
      errors: [{ name: "Error", message: "a" }, { name: "TypeError", message: "b" }, 3],
    });
  });

  test("codes and own data, without what cannot be cloned", async () => {
    const facts = await failure(
      await createGuest(),
      `throw Object.assign(new Error("m"), { code: 42, details: { when: new Date(5), tags: new Set(["a"]) }, f() {}, s: Symbol("s"),
         nested: { g() {} } }, { __proto__: null })`,
    );
    expect(facts.code).toBe(42);
    expect(facts.data).toEqual({ details: { when: new Date(5), tags: new Set(["a"]) } });
  });

  test("plain objects as their data, with a message to read", async () => {
    const guest = await createGuest();
    expect(await failure(guest, `throw { message: "m", name: "N", code: 5 }`)).toMatchObject({
      name: "N",
      message: "m",
      code: 5,
      data: { message: "m", name: "N", code: 5 },
    });
    expect(await failure(guest, `await Promise.reject({ status: 500, why: "x", more: [1] })`)).toMatchObject({
      name: "Error",
      message: "{ status: 500, why: 'x', more: [array] }",
      data: { status: 500, why: "x", more: [1] },
    });
    const rejected = new Promise<GuestError>((resolve) => guest.onSystem("unhandledrejection", resolve));
    guest.execute(`Promise.reject({ status: 404 })`);
    expect(await rejected).toMatchObject({ data: { status: 404 } });
    const thrown = new Promise<GuestError>((resolve) => guest.onSystem("error", resolve));
    guest.execute(`throw { status: 405 }`, { filename: "thrower.js" });
    expect(await thrown).toMatchObject({ data: { status: 405 }, filename: "thrower.js", lineno: 1 });
  });

  test("values that are more than their properties as themselves", async () => {
    const guest = await createGuest();
    const cases: [string, unknown, string][] = [
      ["[1, [2], 'x']", [1, [2], "x"], "[ 1, [array], 'x' ]"],
      ["new Map([['k', 1]])", new Map([["k", 1]]), "#<Map>"],
      ["new Set([1, 2])", new Set([1, 2]), "#<Set>"],
      ["new Uint8Array([1, 2])", new Uint8Array([1, 2]), "[object Uint8Array]"],
      ["/a+/g", /a+/g, "[object RegExp]"],
    ];
    for (const [expression, data, message] of cases) {
      expect(await failure(guest, `throw ${expression}`)).toMatchObject({
        name: "Error",
        message,
        data: data as object,
      });
    }
    expect((await failure(guest, "throw new Date(5)")).data).toEqual(new Date(5) as never);
    expect(await failure(guest, "throw () => 1")).toMatchObject({ name: "Error", message: "() => 1" });
    expect((await failure(guest, "throw new Map([[1, () => {}]])")).data).toBeUndefined();
  });

  test("a code or errors of another kind is data", async () => {
    const guest = await createGuest();
    const error = await failure(guest, `throw Object.assign(new Error("m"), { code: { of: 1 }, errors: "two" })`);
    expect(error.data).toEqual({ code: { of: 1 }, errors: "two" });
    expect(error).not.toHaveProperty("errors");
  });

  test("both errors of a SuppressedError", async () => {
    const guest = await createGuest();
    const error = await failure(
      guest,
      `{ using resource = { [Symbol.dispose]() { throw new RangeError("closing") } }; throw new TypeError("working") }`,
    );
    expect(error.name).toBe("SuppressedError");
    expect(error.data).toMatchObject({ error: { message: "closing" }, suppressed: { message: "working" } });
    expect(error.data!.suppressed).toBeInstanceOf(TypeError);
  });

  test("what is endless, hostile or huge is bounded", async () => {
    const guest = await createGuest();
    const cyclic = await failure(guest, `{ const e = new Error("a"); e.cause = e; e.self = e; throw e }`);
    let depth = 0;
    for (let at: GuestError | undefined = cyclic; at; at = at.cause as GuestError | undefined) depth++;
    expect(depth).toBeLessThan(12);
    const wide = await failure(
      guest,
      `throw new AggregateError(Array.from({ length: 1e5 }, (_, i) => new Error(String(i))), "wide")`,
    );
    expect(wide.errors!.length).toBe(32);
    const big = await failure(
      guest,
      `{ const e = new Error("big"); for (let i = 0; i < 1000; i++) e["k" + i] = i; e.k0 = "x".repeat(1e6); throw e }`,
    );
    expect(Object.keys(big.data!).length).toBeLessThan(65);
    expect(big.data!.k0).toBeUndefined();
    const hostile = await failure(
      guest,
      `var calls = 0;
       throw Object.defineProperties(new Error("hostile"), {
         getter: { enumerable: true, get() { calls++; return 1; } },
         proxy: { enumerable: true, value: new Proxy({}, { get() { calls++; throw 1; }, ownKeys() { calls++; throw 2; } }) },
         fine: { enumerable: true, value: 1 } })`,
    );
    expect(hostile.data).toEqual({ fine: 1 });
    expect(await guest.evaluate("calls")).toBe(0);
  });

  test("arrives within the smallest message there may be", async () => {
    const guest = await createGuest({ messageBytesMax: 1024 });
    const facts = await failure(
      guest,
      `throw Object.assign(new Error("m".repeat(5000), { cause: new Error("c".repeat(5000)) }), { data: "d".repeat(500) })`,
    );
    expect(facts.message).toStartWith("mmmm");
  });
});

describe("sent by a guest as values", () => {
  test("errors keep data, codes, names, errors and cycles", async () => {
    const guest = await createGuest();
    const error = await guest.evaluate<Error & Record<string, unknown>>(
      `class Rate extends Error { name = "RateLimit"; retryAfter = 3; }
       const e = new Rate("slow down", { cause: new RangeError("r") }); e.self = e; e.f = () => 1; e`,
    );
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, error.retryAfter]).toEqual(["RateLimit", "slow down", 3]);
    expect(error.self).toBe(error);
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(Object.hasOwn(error, "f")).toBe(false);
    const aggregate = await guest.evaluate<AggregateError>(
      `Object.assign(new AggregateError([new TypeError("a"), 2], "agg"), { code: "E" })`,
    );
    expect(aggregate).toBeInstanceOf(AggregateError);
    expect(aggregate.errors[0]).toBeInstanceOf(TypeError);
    expect([aggregate.name, aggregate.errors[1], (aggregate as never as { code: string }).code]).toEqual([
      "AggregateError",
      2,
      "E",
    ]);
    expect(Object.keys(aggregate)).toEqual(["code"]);
  });

  test("a SuppressedError keeps both of its errors, either way", async () => {
    const guest = await createGuest();
    guest.onRequest("m", () => ({ error: new SuppressedError(new RangeError("closing"), "working", "both") }));
    const error = await guest.evaluate<SuppressedError>(
      `new SuppressedError(new RangeError("closing"), "working", "both")`,
    );
    expect([error.name, error.message, error.suppressed]).toEqual(["SuppressedError", "both", "working"]);
    expect(error.error).toBeInstanceOf(RangeError);
    expect(
      await run(
        `const { error } = await NETWORK.request("m");
         return [error.name, error.message, error.error instanceof RangeError, error.suppressed]`,
        guest,
      ),
    ).toEqual(["SuppressedError", "both", true, "working"]);
  });

  test("keys that mean something to objects do not", async () => {
    const error = await (
      await createGuest()
    )
      .evaluate<Error & Record<string, unknown>>(
        `Object.defineProperty(Object.assign(new Error("x"), { constructor: 1, then: 2, toString: 3 }), "__proto__",
         { value: { polluted: true }, enumerable: true })`,
      )
      .catch((reason: unknown) => reason as Error & Record<string, unknown>);
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    expect(error.polluted).toBeUndefined();
    expect(error.then).toBe(2);
  });
});

describe("thrown by the host", () => {
  /** What the guest sees of it. */
  async function seen(thrown: () => unknown, look: string): Promise<unknown> {
    const guest = await createGuest();
    guest.onRequest("m", () => Promise.reject(thrown() as Error));
    return run(`const e = await NETWORK.request("m").catch((error) => error); return ${look}`, guest);
  }

  test("causes, codes and own data, never a stack", async () => {
    class Rate extends Error {
      override name = "RateLimit";
      retryAfter = { seconds: 3 };
      code = 7;
    }
    expect(
      await seen(
        () => new Rate("slow", { cause: Object.assign(new TypeError("inner"), { code: "E_IN" }) }),
        `[e instanceof Error, e.name, e.message, e.retryAfter, e.code, Object.keys(e).sort(), e.cause instanceof TypeError,
          e.cause.message, e.cause.code, /errors-across|file:/.test(e.stack + e.cause.stack)]`,
      ),
    ).toEqual([
      ...[true, "RateLimit", "slow", { seconds: 3 }, 7, ["code", "retryAfter"], true, "inner", "E_IN"],
      false,
    ]);
  });

  test("AggregateErrors and DOMExceptions are what they are", async () => {
    expect(
      await seen(
        () => new AggregateError([new RangeError("a"), "b"], "all"),
        `[e instanceof AggregateError, e.name, e.message, e.errors[0] instanceof RangeError, e.errors[0].message, e.errors[1]]`,
      ),
    ).toEqual([true, "AggregateError", "all", true, "a", "b"]);
    expect(
      await seen(
        () => new DOMException("gone", "AbortError"),
        `[e instanceof DOMException, e.name, e.message, e.code]`,
      ),
    ).toEqual([true, "AbortError", "gone", 20]);
  });

  test("plain objects as their data", async () => {
    expect(
      await seen(
        () => ({ message: "plain", code: 4, stack: "/host/path", more: [1] }),
        `[e.message, e.code, e.more, e.stack]`,
      ),
    ).toEqual(["plain", 4, [1], expect.not.stringContaining("/host/path")]);
    expect(await seen(() => ({ status: 500 }), `[e.message, e.status]`)).toEqual(["{ status: 500 }", 500]);
  });

  test("values that are more than their properties as the error's cause", async () => {
    expect(await seen(() => [1, [2], "x"], `[e.message, e.cause, Object.keys(e)]`)).toEqual([
      "[ 1, [array], 'x' ]",
      [1, [2], "x"],
      [],
    ]);
    expect(await seen(() => new Map([["k", 1]]), `[e.message, e.cause]`)).toEqual([
      "[object Map]",
      new Map([["k", 1]]),
    ]);
    expect(await seen(() => new Date(5), `e.cause`)).toEqual(new Date(5));
    expect(await seen(() => new Map([[1, () => 1]]), `"cause" in e`)).toBe(false);
  });

  test("a code or errors of another kind is data, and a SuppressedError has both of its errors", async () => {
    expect(
      await seen(
        () => Object.assign(new Error("m"), { code: { of: 1 }, errors: ["a"] }),
        `[e.code, e.errors, Object.keys(e)]`,
      ),
    ).toEqual([{ of: 1 }, ["a"], ["code", "errors"]]);
    expect(
      await seen(
        () => new SuppressedError(new RangeError("closing"), "working", "both"),
        `[e instanceof SuppressedError, e.name, e.message, e.error instanceof RangeError, e.error.message, e.suppressed]`,
      ),
    ).toEqual([true, "SuppressedError", "both", true, "closing", "working"]);
  });

  test.each<[string, () => unknown]>([
    ["an aborted signal's reason", () => AbortSignal.abort().reason as unknown],
    ["an error that Bun made in native code", () => new Error("m", { cause: AbortSignal.abort().reason })],
    ["errors in data", () => ({ reason: AbortSignal.abort().reason as unknown, inner: new Error("x") })],
    ["a list of errors", () => [new Error("x")]],
    ["a function", () => () => "errors-across"],
    ["a class", () => class Secret {}],
  ])("nothing of the host's places and source: %s", async (_name, thrown) => {
    const text = `JSON.stringify([e, e.cause, e.reason], (_, x) => Error.isError(x) ? { ...x, m: x.message, s: x.stack } : x)`;
    expect(await seen(thrown, text)).not.toMatch(/errors-across|sourceURL|file:|=>|Secret/);
  });

  test("a parser's line and column are data", async () => {
    expect(
      await seen(() => Object.assign(new DOMException("m"), { line: 3, column: 4 }), `[e.line, e.column]`),
    ).toEqual([3, 4]);
  });

  test("a getter that throws loses its own property only", async () => {
    const broken = (key: string): Error =>
      Object.defineProperty(Object.assign(new RangeError("m"), { ok: 1 }), key, {
        get: () => {
          throw new Error("getter");
        },
      });
    const look = `[e.name, e.message, e.ok]`;
    expect(await seen(() => broken("code"), look)).toEqual(["RangeError", "m", 1]);
    expect(await seen(() => broken("name"), look)).toEqual(["Error", "m", 1]);
    expect(await seen(() => broken("message"), look)).toEqual([
      "RangeError",
      "The handler threw a value that has no text.",
      1,
    ]);
    expect(await seen(() => new Error("outer", { cause: broken("message") }), `[e.message, e.cause.ok]`)).toEqual([
      "outer",
      1,
    ]);
  });

  test("what is endless, hostile or cannot be cloned is left out", async () => {
    const error = Object.assign<Error, Record<string, unknown>>(new Error("m"), { f: () => 1, ok: 1 });
    error.cause = error;
    Object.defineProperty(error, "bad", {
      enumerable: true,
      get: () => {
        throw new Error("getter");
      },
    });
    expect(await seen(() => error, `[e.message, Object.keys(e), e.cause.message]`)).toEqual(["m", ["ok"], "m"]);
    const proxy = new Proxy(new Error("p"), {
      get: () => {
        throw new Error("trap");
      },
    });
    expect(await seen(() => proxy, `e.message`)).toBe("The handler threw a value that has no text.");
    expect(
      await seen(
        () => Object.assign(new Error("big"), { big: "x".repeat(1e6), small: 1 }),
        `[e.message, Object.keys(e)]`,
      ),
    ).toEqual(["big", ["small"]]);
  });

  test("errors as values keep data and cycles", async () => {
    const guest = await createGuest();
    guest.onRequest("m", () => {
      const error = Object.assign<Error, Record<string, unknown>>(new RangeError("r"), { code: 5, f: () => 1 });
      error.self = error;
      return { error, all: new AggregateError([error], "all") };
    });
    expect(
      await run(
        `const { error, all } = await NETWORK.request("m");
         return [error instanceof RangeError, error.code, error.self === error, "f" in error,
           all instanceof AggregateError, all.errors[0] === error, Object.keys(all)]`,
        guest,
      ),
    ).toEqual([true, 5, true, false, true, true, []]);
  });
});

describe("paths of what cannot be cloned, in the guest", () => {
  test.each([
    [`NETWORK.send("m", { items: [1, 2, 3, { callback() {} }] })`, "data.items[3].callback: "],
    [`NETWORK.send("m", () => 1)`, "data: "],
    [`NETWORK.send("m", { "a b": new Map([["user", Symbol("s")]]) })`, 'data["a b"].user: '],
    [String.raw`NETWORK.send("m", { "a\n\x1f\"": () => 1 })`, String.raw`data["a\u000a\u001f\""]: `],
    [`NETWORK.send("m", [new Set([1, new WeakMap()])])`, "data[0]<set value 1>: "],
    [`NETWORK.send("m", new Map([[{ f() {} }, 1]]))`, "data<map key 0>.f: "],
    [`NETWORK.send("m", { error: new Error("x", { cause: { f() {} } }) })`, "data.error.cause.f: "],
    [`NETWORK.send("m", { a: { deep: new Proxy({}, {}) } })`, "data.a.deep: "],
    [`NETWORK.send("m", { blob: new Blob(["x"]) })`, "data.blob: "],
    [`NETWORK.send("m", { p: Object.assign(Promise.resolve(), { f() {} }) })`, "data.p: "],
    [`NETWORK.send("m", { r: Object.assign(new Response(), { f() {} }) })`, "data.r: "],
    [`NETWORK.send("m", { self: globalThis })`, "data.self: "],
    [`structuredClone({ list: [Promise.resolve()] })`, "value.list[0]: "],
    [`structuredClone({ signal: AbortSignal.abort() })`, "value.signal: "],
  ])("%s", async (code, path) => {
    const [name, message] = await run<[string, string]>(
      `try { ${code} } catch (error) { return [error.name, error.message]; }`,
    );
    expect(name).toBe("DataCloneError");
    expect(message).toStartWith(path);
  });

  test("in requests and answers", async () => {
    const guest = await createGuest();
    expect(await run(`return NETWORK.request("m", { f() {} }).catch((e) => e.message)`, guest)).toStartWith("data.f: ");
    guest.execute(`NETWORK.onRequest("m", () => ({ a: [Symbol.iterator] }))`);
    expect(((await guest.request("m").catch((e: unknown) => e)) as EvaluationError).guest.message).toStartWith(
      "value.a[0]: ",
    );
  });
});
