import { afterAll, describe, expect, test } from "bun:test";
import { ArgumentError, V8Sandbox, tool } from "../../lib/index.ts";
import type { CallContext, StandardSchema } from "../../lib/index.ts";
import { next, nextSystem, rejection, thrown } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

describe("functions of the host", () => {
  test("are async functions of the guest, nested as they are given", async () => {
    const worker = await sandbox.createIsolate();
    const store = { tea: 3 } as Record<string, number>;
    expect(
      worker.expose("tools", {
        add: (a: number, b: number) => a + b,
        later: async (value: unknown) => value,
        nothing() {},
        db: { get: (key: string) => store[key], deep: { er: () => "er" } },
        "no identifier": () => 1,
      }),
    ).toBe(worker);
    expect(await worker.evaluate("tools.add(1, 2)")).toBe(3);
    expect(await worker.evaluate("tools.later(new Map([[1, 2n]]))")).toEqual(new Map([[1, 2n]]));
    expect(await worker.evaluate("tools.nothing()")).toBeUndefined();
    expect(await worker.evaluate("const { get, deep } = tools.db; [await get('tea'), await deep.er()]")).toEqual([
      3,
      "er",
    ]);
    expect(await worker.evaluate("tools['no identifier']()")).toBe(1);
    expect(await worker.evaluate("tools.add(1, 2) instanceof Promise")).toBe(true);
    expect(await worker.evaluate("Promise.all([1, 2, 3].map((n) => tools.add(n, n)))")).toEqual([2, 4, 6]);
  });

  test("are frozen, and no constructors", async () => {
    const worker = await sandbox.createIsolate();
    worker.expose("tools", { f: () => 1, more: { g: () => 2 } });
    const script = `
      "use strict";
      const failures = [
        () => { tools = 1 }, () => { tools.f = 1 }, () => { tools.more.h = 1 }, () => { delete tools.f },
        () => { tools.f.name = "" }, () => { delete globalThis.tools }, () => { new tools.f() },
      ].map((attempt) => { try { attempt(); return "none" } catch (error) { return error.name } });
      [new Set(failures), Object.keys(tools), tools.f.name, typeof tools.f, Object.isFrozen(tools.more.g),
        Object.getOwnPropertyDescriptor(globalThis, "tools").enumerable, tools + ""]`;
    expect(await worker.evaluate(script)).toEqual([
      new Set(["TypeError"]),
      ["f", "more"],
      "f",
      "function",
      true,
      true,
      "[object Object]",
    ]);
  });

  test("are called on their object, which is read once", async () => {
    const worker = await sandbox.createIsolate();
    const counter = {
      count: 0,
      tick() {
        return ++counter.count && this === api;
      },
    };
    const api: Record<string, any> = { tick: counter.tick };
    worker.expose("tools", api);
    api.tick = () => "changed";
    api.late = () => "late";
    expect(await worker.evaluate("[await tools.tick(), typeof tools.late]")).toEqual([true, "undefined"]);
    expect(counter.count).toBe(1);
  });

  test("get the arguments and then the context, wherever they declare it", async () => {
    const worker = await sandbox.createIsolate({ name: "a" });
    const shown = (...given: any[]): unknown =>
      given.map((value) => (value?.isolate === worker ? [value.name, value.signal.aborted] : value));
    worker.expose("tools", {
      none: () => "none",
      rest: shown,
      two: (a: unknown, b: unknown, ctx: CallContext) => shown(a, b, ctx),
    });
    expect(await worker.evaluate("tools.rest()")).toEqual([["tools.rest", false]]);
    expect(await worker.evaluate("tools.rest(1, , 2)".replace(", ,", ", undefined,"))).toEqual([
      1,
      undefined,
      2,
      ["tools.rest", false],
    ]);
    expect(await worker.evaluate("tools.two()")).toEqual([undefined, undefined, ["tools.two", false]]);
    expect(await worker.evaluate("tools.two(1, 2)")).toEqual([1, 2, ["tools.two", false]]);
    expect(await worker.evaluate("tools.none(1, 2, 3)")).toBe("none");
  });

  test("are there for scripts that were run before, and in every isolate by itself", async () => {
    const [one, other] = [await sandbox.createIsolate(), await sandbox.createIsolate()];
    const seen = next(one, "seen");
    one.execute("NETWORK.on('look', async () => NETWORK.send('seen', await tools.id()))");
    one.expose("tools", { id: (ctx: CallContext) => ctx.isolate.id });
    one.send("look");
    other.expose("tools", { id: (ctx: CallContext) => ctx.isolate.id });
    expect(await seen).toBe(one.id);
    expect(await other.evaluate("tools.id()")).toBe(other.id);
  });

  test("a second name beside the first", async () => {
    const worker = await sandbox.createIsolate();
    worker.expose("a", { f: () => "a" }).expose("b", { f: () => "b" });
    expect(await worker.evaluate("[await a.f(), await b.f()]")).toEqual(["a", "b"]);
    expect(worker.stats()).toMatchObject({ callsPending: 0, requestsPending: 0 });
  });
});

describe("errors", () => {
  test("of the host reach the guest with name, message, code and data, where it called", async () => {
    const worker = await sandbox.createIsolate();
    worker.expose("tools", {
      sync() {
        throw Object.assign(new RangeError("too far"), { code: "E_FAR", limit: 3 });
      },
      rejects: async () => Promise.reject(new Error("later", { cause: new TypeError("why") })),
      unclonable: () => () => {},
    });
    const script = (name: string): string => `
      try { await tools.${name}() } catch (error) {
        [error.name, error.message, error.code, error.limit, error.cause?.message, /at tools.js:2/.test(error.stack)] }`;
    const options = { filename: "tools.js" };
    expect(await worker.evaluate(script("sync"), options)).toEqual([
      "RangeError",
      "too far",
      "E_FAR",
      3,
      undefined,
      true,
    ]);
    expect(await worker.evaluate(script("rejects"), options)).toEqual([
      "Error",
      "later",
      undefined,
      undefined,
      "why",
      true,
    ]);
    expect((await worker.evaluate(script("unclonable"), options))[0]).toBe("DataCloneError");
  });

  test("of the guest reach the host as errors", async () => {
    const worker = await sandbox.createIsolate();
    let got: unknown;
    worker.expose("tools", { report: (error: unknown) => void (got = error) });
    await worker.evaluate("tools.report(new TypeError('mine', { cause: new Error('why') }))");
    expect(got).toBeInstanceOf(TypeError);
    expect(got).toMatchObject({ message: "mine", cause: { message: "why" } });
    expect(await worker.evaluate("tools.report(Symbol()).catch((error) => error.name)")).toBe("DataCloneError");
  });

  test("what nobody catches is the call's", async () => {
    const worker = await sandbox.createIsolate();
    worker.expose("tools", { fail: async () => Promise.reject(new Error("no")) });
    expect(await rejection(worker.evaluate("tools.fail()"))).toMatchObject({ guest: { message: "no" } });
  });
});

describe("the signal", () => {
  test("aborts when the guest gives up, by a signal that comes last", async () => {
    const worker = await sandbox.createIsolate();
    const aborted = Promise.withResolvers<unknown[]>();
    worker.expose("tools", {
      slow: (q: unknown, ctx: CallContext) =>
        new Promise(() => ctx.signal.addEventListener("abort", () => aborted.resolve([q, ctx.signal.reason.code]))),
    });
    const script = "tools.slow('q', AbortSignal.timeout(5)).catch((error) => error.name)";
    expect(await worker.evaluate(script)).toBe("TimeoutError");
    expect(await aborted.promise).toEqual(["q", "ERR_ABORTED"]);
    expect(await worker.evaluate("tools.slow(1, AbortSignal.abort('reason')).catch(String)")).toBe("reason");
  });

  test("aborts when the isolate ends", async () => {
    const worker = await sandbox.createIsolate();
    const called = Promise.withResolvers<CallContext>();
    worker.expose("tools", { slow: (ctx: CallContext) => (called.resolve(ctx), new Promise(() => {})) });
    worker.execute("tools.slow()");
    const { signal } = await called.promise;
    expect(signal.aborted).toBe(false);
    worker.destroy();
    expect(signal.reason).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
  });
});

describe("what cannot be exposed", () => {
  const circle: Record<string, unknown> = { f: () => 1 };
  circle.more = { circle };
  test.each<[string, unknown, string]>([
    ["not-a-name", { f: () => 1 }, '"not-a-name"'],
    ["class", { f: () => 1 }, '"class"'],
    ["", { f: () => 1 }, '""'],
    ["fetch", { f: () => 1 }, '"fetch"'],
    ["NETWORK", { f: () => 1 }, '"NETWORK"'],
    ["Array", { f: () => 1 }, '"Array"'],
    ["globalThis", { f: () => 1 }, '"globalThis"'],
    ["toString", { f: () => 1 }, '"toString"'],
    ["tools", null, "tools"],
    ["tools", () => 1, "tools"],
    ["tools", { limit: 5 }, "tools.limit"],
    ["tools", { db: { get: () => 1, size: "x" } }, "tools.db.size"],
    ["tools", { list: [() => 1] }, "tools.list"],
    ["tools", { nothing: undefined }, "tools.nothing"],
    ["tools", circle, "tools.more.circle"],
  ])("%s, %p", async (name, api, named) => {
    const worker = await sandbox.createIsolate();
    const error = thrown(() => worker.expose(name, api as {}));
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain(named);
    expect(await worker.evaluate("typeof tools")).toBe("undefined");
    worker.expose("tools", { f: () => 1 });
    expect(await worker.evaluate("tools.f()")).toBe(1);
  });

  test("the same name twice", async () => {
    const worker = await sandbox.createIsolate();
    worker.expose("tools", { f: () => 1 });
    expect(thrown(() => worker.expose("tools", { g: () => 2 }))).toMatchObject({ code: "ERR_ARGUMENT" });
    expect(await worker.evaluate("Object.keys(tools)")).toEqual(["f"]);
  });

  test("anything, to an isolate that has ended", async () => {
    const worker = await sandbox.createIsolate();
    worker.destroy();
    expect(thrown(() => worker.expose("tools", { f: () => 1 }))).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
  });

  test("a guest that has made the global its own is told of", async () => {
    const worker = await sandbox.createIsolate();
    const failed = nextSystem(worker, "error");
    await worker.evaluate("void Object.defineProperty(globalThis, 'tools', { value: 1 })");
    worker.expose("tools", { f: () => 1 });
    expect(await failed).toMatchObject({ name: "TypeError" });
    expect(await worker.evaluate("tools")).toBe(1);
  });

  test("under the methods' names nobody else answers or asks", async () => {
    const worker = await sandbox.createIsolate();
    for (const method of ["__expose", "__call.0"]) {
      expect(thrown(() => worker.onRequest(method, () => 1))).toMatchObject({ code: "ERR_ARGUMENT" });
    }
    expect(await rejection(worker.request("__expose", []))).toMatchObject({ code: "ERR_ARGUMENT" });
  });
});

describe("hostile guests", () => {
  test("that send the requests themselves get errors", async () => {
    const worker = await sandbox.createIsolate();
    let calls = 0;
    worker.expose("tools", { f: () => ++calls });
    for (const data of ["1", "{}", "null", "{ length: 1e9 }", "new Array(4294967295)", "'x'.repeat(20000).split('')"]) {
      expect(await worker.evaluate(`NETWORK.request("__call.0", ${data}).catch((error) => error.code)`)).toBe(
        "ERR_ARGUMENT",
      );
    }
    expect(await worker.evaluate(`NETWORK.request("__call.1", []).catch((error) => error.code)`)).toBe(
      "ERR_NO_HANDLER",
    );
    expect(calls).toBe(0);
    // Answers are the platform's to read.
    expect(await worker.evaluate(`NETWORK.request("__call.0", [])`)).toEqual([1]);
  });

  test("that change what is built in call it all the same", async () => {
    const worker = await sandbox.createIsolate();
    await worker.evaluate(`
      const set = { __proto__: null, set() { throw 1 } };
      for (const key of ["0", "value", "get", "f"]) Object.defineProperty(Object.prototype, key, set);
      Array.prototype[Symbol.iterator] = Object.freeze = Object.defineProperty = Reflect.ownKeys = () => { throw 1 };
      "done"`);
    worker.expose("tools", { f: (a: number) => a + 1 });
    expect(await worker.evaluate("tools.f(1)")).toBe(2);
  });

  test("have as many calls under way as requests", async () => {
    const worker = await sandbox.createIsolate({ requestsMax: 2 });
    worker.expose("tools", { never: () => new Promise(() => {}) });
    expect(await worker.evaluate("tools.never(); tools.never(); tools.never().catch((error) => error.code)")).toBe(
      "ERR_LIMIT",
    );
  });
});

describe("tool", () => {
  interface Query {
    readonly query: string;
    readonly limit: number;
  }

  /** What a schema library would make. */
  const schema: StandardSchema<Partial<Query>, Query> = {
    "~standard": {
      version: 1,
      vendor: "tests",
      validate(value) {
        const { query, limit = 10 } = (value ?? {}) as Partial<Query>;
        const issues = [
          ...(typeof query === "string" ? [] : [{ message: "expected a string", path: ["query"] }]),
          ...(typeof limit === "number" ? [] : [{ message: "expected a number", path: [{ key: "limit" }, 0, "a b"] }]),
        ];
        return issues.length > 0 ? { issues } : { value: { query: query as string, limit } };
      },
    },
  };

  test("runs with what the schema made of the argument", async () => {
    const worker = await sandbox.createIsolate();
    worker.expose("tools", {
      search: tool(schema, ({ query, limit }, { isolate }) => [query, limit, isolate === worker]),
    });
    expect(await worker.evaluate("tools.search({ query: 'tea' })")).toEqual(["tea", 10, true]);
    expect(await worker.evaluate("tools.search({ query: 'tea' }, { isolate: 'mine' })")).toEqual(["tea", 10, true]);
  });

  test("a wrong argument is an error of the guest that names the path", async () => {
    const worker = await sandbox.createIsolate();
    let runs = 0;
    worker.expose("tools", { db: { search: tool(schema, () => ++runs) } });
    const script = (args: string): string =>
      `tools.db.search(${args}).catch(({ name, code, message, issues }) => ({ name, code, message, issues }))`;
    expect(await worker.evaluate(script("{ limit: 'x' }"))).toEqual({
      name: "InputError",
      code: "ERR_INPUT",
      message: 'tools.db.search(): input.query: expected a string; input.limit[0]["a b"]: expected a number',
      issues: [
        { path: ["query"], message: "expected a string" },
        { path: ["limit", 0, "a b"], message: "expected a number" },
      ],
    });
    expect(await worker.evaluate(script(""))).toMatchObject({
      message: "tools.db.search(): input.query: expected a string",
    });
    expect(runs).toBe(0);
  });

  test("schemas may be functions, take their time and throw", async () => {
    const worker = await sandbox.createIsolate();
    const slow = Object.assign(() => {}, {
      "~standard": {
        version: 1 as const,
        vendor: "tests",
        validate: async (value: unknown) => {
          if (value === "throw") throw new Error("broken schema");
          return value === 1 ? { value: 2 } : { issues: [{ message: "not 1" }] };
        },
      },
    });
    worker.expose("tools", { f: tool(slow, (value: unknown) => value) });
    expect(await worker.evaluate("tools.f(1)")).toBe(2);
    expect(await worker.evaluate("tools.f(2).catch((error) => error.message)")).toBe("tools.f(): input: not 1");
    expect(await worker.evaluate("tools.f('throw').catch((error) => error.message)")).toBe("broken schema");
  });

  test("what is no schema, or no function, is refused", () => {
    for (const wrong of [null, undefined, 1, {}, { "~standard": {} }, () => {}]) {
      expect(thrown(() => tool(wrong as never, () => 1))).toBeInstanceOf(ArgumentError);
    }
    expect(thrown(() => tool(schema, 1 as never))).toBeInstanceOf(ArgumentError);
  });
});
