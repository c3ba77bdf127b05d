// What crosses as a number in calls of exposed functions: functions of the guest's, streams and async generators of both.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate } from "../../lib/index.ts";
import { rejection } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

async function exposed(api: Record<string, (...args: any[]) => unknown>, options = {}): Promise<Isolate> {
  const worker = await sandbox.createIsolate(options);
  worker.expose("host", api);
  return worker;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(source);
}

/** Bun's types do not know ReadableStream.from. */
function streamOf(values: unknown[]): ReadableStream {
  return (ReadableStream as unknown as { from(values: unknown[]): ReadableStream }).from(values);
}

/** Makes a guest collect what nobody has any more, old objects too. */
const COLLECT = "for (let k = 0; k < 4; k++) { const all = []; for (let i = 0; i < 4e5; i++) all.push({ i }) } 0;";

/** Until what is kept for the guest is as it was. */
async function untilNothingIsKept(worker: Isolate): Promise<void> {
  while (worker.stats().hostBytes > 0) {
    Bun.gc(true);
    await Bun.sleep(5);
  }
}

describe("functions of the guest", () => {
  test("are called by the host, with copies, and come to copies", async () => {
    let got: any;
    const worker = await exposed({ give: (f: any) => void (got = f) });
    await worker.evaluate(
      "globalThis.calls = []; host.give(async (...args) => { calls.push(args); return new Map([args]); })",
    );
    expect(typeof got).toBe("function");
    expect(await got("a", { b: 1n })).toEqual(new Map([["a", { b: 1n }]] as any));
    expect(await got()).toEqual(new Map([[undefined, undefined]] as any));
    expect(await worker.evaluate("calls.length")).toBe(2);
  });

  test("are found wherever they are in plain objects and lists", async () => {
    const worker = await exposed({
      async run({ on, deep }: any, list: any[], plain: any) {
        return [await on(1), await deep[0].f(2), await list[1](3), plain, list[0], deep.length];
      },
    });
    const script = `
      const twice = (n) => n * 2;
      const plain = { shared: new Date(5), map: new Map([[1, 2]]) };
      host.run({ on: twice, deep: [{ f: (n) => -n }] }, [plain, twice], plain)`;
    const plain = { shared: new Date(5), map: new Map([[1, 2]]) };
    expect(await worker.evaluate(script)).toEqual([2, -2, 6, plain, plain, 1]);
  });

  test("circles and shared objects around them stay what they are", async () => {
    let got: any;
    const worker = await exposed({ give: (value: any) => void (got = value) });
    await worker.evaluate("const a = { f: () => 1, list: [] }; a.self = a; a.list.push(a, a.list); host.give(a)");
    expect(got.self).toBe(got);
    expect(got.list[0]).toBe(got);
    expect(got.list[1]).toBe(got.list);
    expect(await got.f()).toBe(1);
  });

  test("throw as the guest does", async () => {
    let got: any;
    const worker = await exposed({ give: (value: any) => void (got = value) });
    await worker.evaluate("host.give({ f: () => { throw Object.assign(new RangeError('no'), { code: 'E_NO' }) } })", {
      filename: "guest.js",
    });
    const error = await rejection(got.f());
    expect(error).toMatchObject({
      code: "ERR_REQUEST",
      guest: { name: "RangeError", message: "no", code: "E_NO", filename: "guest.js" },
    });
    expect(error.message).toStartWith("host.give args[0].f(): the guest answered with RangeError: no");
    expect(await rejection(got.f(() => {}))).toMatchObject({ code: "ERR_DATA_CLONE" });
    expect(await rejection(got.f(AbortSignal.abort("enough")))).toMatchObject({ code: "ERR_ABORTED", cause: "enough" });
  });

  test("are given up by using, or by nobody having them, and the guest forgets them", async () => {
    const worker = await exposed({
      async once(f: any) {
        using callback = f;
        return callback(1);
      },
      later: (f: any) => (f[Symbol.dispose](), f[Symbol.dispose](), f(1).catch((error: any) => error.code)),
      drop: (f: any) => typeof f,
    });
    await worker.evaluate(
      "globalThis.alive = new Set(); globalThis.make = () => { const f = (n) => n + 1; alive.add(new WeakRef(f)); return f }; 1",
    );
    expect(await worker.evaluate("host.once(make())")).toBe(2);
    expect(await worker.evaluate("host.later(make())")).toBe("ERR_ARGUMENT");
    expect(await worker.evaluate("host.drop(make())")).toBe("function");
    await untilNothingIsKept(worker);
    const script = `${COLLECT} [...alive].some((weak) => weak.deref())`;
    while (await worker.evaluate(script));
  });

  test("live until their isolate's end, and then fail", async () => {
    let got: any;
    const worker = await exposed({ give: (value: any) => void (got = value) });
    await worker.evaluate("host.give(() => new Promise(() => {}))");
    const call = got();
    worker.destroy();
    expect(await rejection(call)).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
    expect(await rejection(got())).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
    got[Symbol.dispose]();
  });

  test("may be called while the guest waits for the call that gave them", async () => {
    const worker = await exposed({
      async map(list: number[], f: any) {
        return Promise.all(list.map((n) => f(n)));
      },
    });
    expect(await worker.evaluate("host.map([1, 2, 3], async (n) => { await null; return n * n })")).toEqual([1, 4, 9]);
  });
});

describe("streams and generators of the guest", () => {
  test("are read by the host as it likes, whatever they hold", async () => {
    const worker = await exposed({ read: (source: any) => all(source) });
    const chunks = ["a", 5, new Map([[1, 2]]), { then: 5 }, new Uint8Array(3)];
    const script = `
      const chunks = ["a", 5, new Map([[1, 2]]), { then: 5 }, new Uint8Array(3)];
      async function* generate() { yield* chunks; return "ignored"; }
      [await host.read(ReadableStream.from(chunks)), await host.read(generate()), await host.read(ReadableStream.from([]))]`;
    expect(await worker.evaluate(script)).toEqual([chunks, chunks, []]);
  });

  test("as they are wanted, and no sooner", async () => {
    let source: any;
    const worker = await exposed({ give: (value: any) => void (source = value) });
    await worker.evaluate(`
      globalThis.made = 0;
      host.give((async function* () { for (;;) yield made++; })())`);
    expect(source[Symbol.asyncIterator]()).toBe(source);
    expect(await worker.evaluate("made")).toBe(0);
    expect([await source.next(), await source.next()]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
    ]);
    expect(await worker.evaluate("made")).toBe(2);
    await worker.evaluate("host.give(new ReadableStream({ pull(c) { c.enqueue(made++) } }, { highWaterMark: 0 }))");
    const reader = source.getReader();
    expect(await reader.read()).toEqual({ done: false, value: 2 });
    await Bun.sleep(5);
    expect(await worker.evaluate("made")).toBe(3);
  });

  test("are ended when the host has enough", async () => {
    const worker = await exposed({
      async first(source: any) {
        for await (const value of source) return value;
      },
      cancel: (stream: any) => stream.cancel(),
      unread: (source: any) => source.return(),
    });
    const script = `
      globalThis.ended = [];
      async function* generate(name) { try { yield name; yield 2 } finally { ended.push(name) } }
      const stream = (name) => new ReadableStream({ pull(c) { c.enqueue(name) }, cancel() { ended.push(name) } });
      const values = [await host.first(generate("a")), await host.first(stream("b"))];
      await host.cancel(stream("c"));
      await host.unread(generate("d"));
      values`;
    expect(await worker.evaluate(script)).toEqual(["a", "b"]);
    const ended = async (): Promise<string[]> => worker.evaluate("ended");
    while ((await ended()).length < 3) await Bun.sleep(1);
    // What was never begun has no end of its own.
    expect(await ended()).toEqual(["a", "b", "c"]);
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("fail as the guest's do, also with what cannot be cloned", async () => {
    const worker = await exposed({
      read: (source: any) => all(source).catch((error) => [error.code, error.guest.name, error.guest.message]),
    });
    const script = `
      async function* generate() { yield 1; throw new TypeError("no") }
      async function* unclonable() { yield () => {} }
      [await host.read(generate()), await host.read(new ReadableStream({ start(c) { c.error(new RangeError("no")) } })),
        (await host.read(unclonable())).slice(0, 2)]`;
    expect(await worker.evaluate(script)).toEqual([
      ["ERR_REQUEST", "TypeError", "no"],
      ["ERR_REQUEST", "RangeError", "no"],
      ["ERR_REQUEST", "DataCloneError"],
    ]);
    const locked = "const s = ReadableStream.from([1]); s.getReader(); host.read(s).catch(({ name }) => name)";
    expect(await worker.evaluate(locked)).toBe("TypeError");
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("what the host asks of a generator is done by it, and what that comes to is there", async () => {
    let source: any;
    const worker = await exposed({ give: (value: any) => void (source = value) });
    const script = `
      globalThis.seen = [];
      async function* generate() {
        try {
          seen.push(yield 1);
          try { yield 2 } catch (error) { seen.push([error.name, error.message]); yield "caught" }
          yield 3;
        } finally { seen.push("finally"); yield "not yet" }
        return new Map([["a", 1n]]);
      }
      host.give(generate())`;
    await worker.evaluate(script);
    expect([await source.next("lost"), await source.next({ given: 1 })]).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
    ]);
    expect(await source.throw(new RangeError("no"))).toEqual({ done: false, value: "caught" });
    expect(await source.return(5)).toEqual({ done: false, value: "not yet" });
    expect(await source.next()).toEqual({ done: true, value: 5 });
    expect(await worker.evaluate("seen")).toEqual([{ given: 1 }, ["RangeError", "no"], "finally"]);
    expect([await source.next(), await source.return(7)]).toEqual([
      { done: true, value: undefined },
      { done: true, value: 7 },
    ]);
    expect(await rejection(source.throw(new Error("late")))).toMatchObject({ message: "late" });
    expect(worker.stats().hostBytes).toBe(0);

    await worker.evaluate(script);
    expect(await Promise.all(Array.from({ length: 6 }, () => source.next()))).toEqual([
      ...[1, 2, 3, "not yet"].map((value) => ({ done: false, value })),
      { done: true, value: new Map([["a", 1n]]) },
      { done: true, value: undefined },
    ]);
    await worker.evaluate("host.give((async function* () { yield 1; return () => {} })())");
    await source.next();
    expect(await rejection(source.next())).toMatchObject({ guest: { name: "DataCloneError" } });
    expect(await source.next()).toEqual({ done: true, value: undefined });
    await worker.evaluate(
      "host.give((async function* () { try { yield 1 } finally { throw new TypeError('end') } })())",
    );
    const left = (async () => {
      for await (const _ of source) return;
    })();
    expect(await rejection(left)).toMatchObject({ guest: { name: "TypeError", message: "end" } });
    await worker.evaluate("host.give((async function* () { yield 1; yield 2 })())");
    await source.next();
    worker.destroy();
    expect(await source.return(9)).toEqual({ done: true, value: 9 });
  });

  test("many pieces, many at once", async () => {
    const worker = await exposed({
      async sum(source: any) {
        let sum = 0;
        for await (const n of source) sum += n;
        return sum;
      },
    });
    const script = `
      async function* count(n) { for (let i = 1; i <= n; i++) yield i }
      Promise.all(Array.from({ length: 10 }, () => host.sum(count(200))))`;
    expect(await worker.evaluate(script)).toEqual(Array.from({ length: 10 }, () => 20_100));
  });

  test("end with the isolate", async () => {
    let source: any;
    const worker = await exposed({ give: (value: any) => void (source = value) });
    await worker.evaluate("host.give((async function* () { await new Promise(() => {}) })())");
    const next = source.next();
    worker.destroy();
    expect(await rejection(next)).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });
});

describe("streams and generators of the host", () => {
  test("are what the guest gets, and reads as it likes", async () => {
    const worker = await exposed({
      generate: async function* () {
        yield* ["a", new Set([1]), { then: 5 }];
      },
      stream: () => streamOf(["a", "b"]),
      within: () => ({
        list: [
          streamOf([1]),
          {
            it: (async function* () {
              yield 2;
            })(),
          },
        ],
        n: 5n,
      }),
      empty: async function* () {},
    });
    const script = `
      const { list, n } = await host.within();
      const generated = await host.generate();
      [await Array.fromAsync(generated), await Array.fromAsync(await host.stream()), await Array.fromAsync(await host.empty()),
        await Array.fromAsync(list[0]), await Array.fromAsync(list[1].it), n,
        list[0] instanceof ReadableStream, typeof generated.next, generated[Symbol.asyncIterator]() === generated]`;
    expect(await worker.evaluate(script)).toEqual([
      ["a", new Set([1]), { then: 5 }],
      ["a", "b"],
      [],
      [1],
      [2],
      5n,
      ...[true, "function", true],
    ]);
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("work as the guest wants them, and end when it has enough", async () => {
    let made = 0;
    const ended: string[] = [];
    const worker = await exposed({
      count: async function* () {
        try {
          for (;;) yield made++;
        } finally {
          ended.push("count");
        }
      },
      stream: () =>
        new ReadableStream(
          { pull: (c) => c.enqueue(made++), cancel: (reason) => void ended.push(`stream ${reason}`) },
          { highWaterMark: 0 },
        ),
    });
    expect(await worker.evaluate("globalThis.source = await host.count(); (await source.next()).value")).toBe(0);
    expect(made).toBe(1);
    expect(
      await worker.evaluate("const got = []; for await (const n of source) { got.push(n); if (n > 2) break } got"),
    ).toEqual([1, 2, 3]);
    expect(
      await worker.evaluate(
        "const reader = (await host.stream()).getReader(); const r = await reader.read(); await reader.cancel(5); r.value",
      ),
    ).toBe(4);
    while (ended.length < 2) await Bun.sleep(1);
    expect(ended).toEqual(["count", "stream undefined"]);
    expect(made).toBe(5);
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("what the guest asks of a generator is done by it, and what that comes to is there", async () => {
    const seen: unknown[] = [];
    const worker = await exposed({
      generate: async function* () {
        try {
          seen.push(yield 1);
          try {
            yield 2;
          } catch (error) {
            seen.push([(error as Error).name, (error as Error).message]);
            yield "caught";
          }
          yield 3;
        } finally {
          seen.push("finally");
          yield "not yet";
        }
        return new Map([["a", 1n]]);
      },
      failing: async function* () {
        try {
          yield 1;
        } finally {
          throw new TypeError("end");
        }
      },
    });
    const steps = `
      const source = await host.generate();
      const caught = (promise) => promise.catch(({ name, message }) => [name, message]);
      [await source.next("lost"), await source.next({ given: 1 }), await source.throw(new RangeError("no")),
        await source.return(5), await source.next(), await source.next(), await source.return(7),
        await caught(source.throw(new Error("late"))), Object.prototype.toString.call(source),
        await caught(source.next.call({}))]`;
    expect(await worker.evaluate(steps)).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: false, value: "caught" },
      { done: false, value: "not yet" },
      { done: true, value: 5 },
      { done: true, value: undefined },
      { done: true, value: 7 },
      ["Error", "late"],
      "[object AsyncGenerator]",
      ["TypeError", "The receiver is no async generator of the host."],
    ]);
    expect(seen).toEqual([{ given: 1 }, ["RangeError", "no"], "finally"]);
    const all =
      "{ const source = await host.generate(); await Promise.all(Array.from({ length: 6 }, () => source.next())) }";
    expect(await worker.evaluate(all)).toEqual([
      ...[1, 2, 3, "not yet"].map((value) => ({ done: false, value })),
      { done: true, value: new Map([["a", 1n]]) },
      { done: true, value: undefined },
    ]);
    const left =
      "try { for await (const _ of await host.failing()) break; } catch ({ name, message }) { [name, message] }";
    expect(await worker.evaluate(left)).toEqual(["TypeError", "end"]);
    const refused = `{ const source = await host.generate(); await source.next();
      [await source.next(() => {}).catch(({ name }) => name), (await source.next(2)).value] }`;
    expect(await worker.evaluate(refused)).toEqual(["DataCloneError", 2]);
    await worker.evaluate("0");
  });

  test("fail in the guest, as the host's do", async () => {
    const ended: string[] = [];
    const worker = await exposed({
      fails: async function* () {
        yield 1;
        throw Object.assign(new RangeError("no"), { code: "E_NO" });
      },
      unclonable: async function* () {
        try {
          yield () => {};
        } finally {
          ended.push("unclonable");
        }
      },
      locked: () => {
        const stream = streamOf([1]);
        stream.getReader();
        return stream;
      },
      beside: () => [streamOf([1]), () => {}],
    });
    const script = (call: string): string =>
      `try { for await (const value of await host.${call}()); } catch ({ name, code }) { [name, code] }`;
    expect(await worker.evaluate(script("fails"))).toEqual(["RangeError", "E_NO"]);
    expect((await worker.evaluate(script("unclonable")))[0]).toBe("DataCloneError");
    expect((await worker.evaluate(script("locked")))[0]).toBe("TypeError");
    expect((await worker.evaluate(script("beside")))[0]).toBe("DataCloneError");
    expect(ended).toEqual(["unclonable"]);
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("are ended when the guest forgets them, gives the call up, or ends", async () => {
    const ended: string[] = [];
    const source = (name: string): ReadableStream =>
      new ReadableStream({ cancel: () => void ended.push(name) }, { highWaterMark: 0 });
    const answer = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const worker = await exposed({
      source,
      late: async (name: string) => {
        asked.resolve();
        await answer.promise;
        return source(name);
      },
    });
    await worker.evaluate("void (await host.source('forgotten'))");
    while (ended.length < 1) {
      await worker.evaluate(COLLECT);
      await worker.request("__collect").catch(() => {});
    }
    worker.execute("globalThis.c = new AbortController(); host.late('late', c.signal).catch(() => {})");
    await asked.promise;
    await worker.evaluate("c.abort()");
    answer.resolve();
    while (ended.length < 2) await Bun.sleep(1);
    // Given up when the answer is on its way.
    await worker.evaluate(`
      const controller = new AbortController();
      host.source("unseen", controller.signal).catch(() => {});
      for (const end = Date.now() + 200; Date.now() < end; );
      controller.abort()`);
    while (ended.length < 3) await Bun.sleep(1);
    await worker.evaluate("globalThis.kept = await host.source('kept'); 1");
    worker.destroy();
    while (ended.length < 4) await Bun.sleep(1);
    expect(ended).toEqual(["forgotten", "late", "unseen", "kept"]);
  });

  test("go to functions of the guest, and come back from them", async () => {
    let got: any;
    const worker = await exposed({ give: (f: any) => void (got = f) });
    await worker.evaluate(`host.give({
      read: async (stream, { more }) => [await Array.fromAsync(stream), await Array.fromAsync(more)],
      make: () => ({ numbers: (async function* () { yield 1; yield 2 })(), twice: (n) => n * 2 }),
    })`);
    const more = (async function* () {
      yield 3;
    })();
    expect(await got.read(streamOf([1, 2]), { more })).toEqual([[1, 2], [3]]);
    const { numbers, twice } = await got.make();
    expect(await all(numbers)).toEqual([1, 2]);
    expect(await twice(4)).toBe(8);
    // What is the guest's own goes back to it as any of the host's.
    expect(await got.read((await got.make()).numbers, { more: streamOf([]) })).toEqual([[1, 2], []]);
  });
});

describe("hostile guests", () => {
  test("that name numbers and places themselves get errors", async () => {
    let calls = 0;
    const worker = await exposed({ f: () => ++calls });
    const handles = [
      "5",
      "null",
      "[5]",
      "[[0, 1]]",
      "[[3, 1, []]]",
      "[[0, '1', []]]",
      "[[0, 1, 5]]",
      "[[0, 1, ['x']]]",
      "[[0, 1, [0, 'a']]]",
      "[[0, 1, ['__proto__']]]",
      "[[0, 1, ['length', 'a']]]",
      "[[0, 1, [{}]]]",
      "[[0, 1, [0]], [0, 1, [1]]]",
      "new Array(4294967295)",
      "[[0, 1, new Array(4294967295)]]",
      "Array.from({ length: 1001 }, (_, i) => [0, i, []])",
    ];
    for (const list of handles) {
      const script = `NETWORK.request("__call.0", { value: [null, null], handles: ${list} }).catch((error) => error.code)`;
      expect([list, await worker.evaluate(script)]).toEqual([list, "ERR_ARGUMENT"]);
    }
    const whole = `NETWORK.request("__call.0", { value: 5, handles: [[0, 1, []]] }).catch((error) => error.code)`;
    expect(await worker.evaluate(whole)).toBe("ERR_ARGUMENT");
    expect(calls).toBe(0);
    expect(await worker.evaluate(`NETWORK.request("__handle.next", 77)`)).toEqual({ done: true });
    expect(await worker.evaluate(`NETWORK.request("__handle.end", "x")`)).toBeNull();
    while (worker.stats().hostBytes > 0) await Bun.sleep(1);
  });

  test("that answer for their platform are the host's failure, not its end", async () => {
    let got: any;
    const worker = await exposed({ give: (value: any) => void (got = value) });
    await worker.evaluate(`
      NETWORK.onRequest("__handle.call", () => 5);
      NETWORK.onRequest("__handle.next", () => null);
      NETWORK.request("__call.0", { value: [{ f: null, s: null, i: null }], handles: [[0, 1, [0, "f"]], [1, 2, [0, "s"]], [2, 3, [0, "i"]]] })`);
    expect(await rejection(got.f())).toMatchObject({ code: "ERR_ARGUMENT" });
    expect(await all(got.s)).toEqual([]);
    expect(await got.i.next()).toEqual({ done: true, value: undefined });
  });

  test("that give more than the host keeps for them are refused, and need not keep it either", async () => {
    const kept: unknown[] = [];
    const worker = await exposed({ give: (value: any) => void kept.push(value) }, { hostBytesMax: 16 * 1024 });
    await worker.evaluate("for (let n = 0; n < 13; n++) await host.give(() => {})");
    const many = `
      globalThis.alive = [];
      const make = () => { const f = () => {}; alive.push(new WeakRef(f)); return f };
      await host.give([make(), make(), make(), make()]).catch((error) => error.code)`;
    expect(await worker.evaluate(many)).toBe("ERR_LIMIT");
    const left = `${COLLECT} alive.some((weak) => weak.deref())`;
    while (await worker.evaluate(left));
    const before = worker.stats().hostBytes;
    const streams = await exposed(
      { give: () => Array.from({ length: 100 }, () => new ReadableStream()) },
      { hostBytesMax: 16 * 1024 },
    );
    expect(await streams.evaluate("host.give().catch((error) => error.code)")).toBe("ERR_LIMIT");
    expect(streams.stats().hostBytes).toBe(0);
    expect(worker.stats().hostBytes).toBe(before);
    worker.destroy();
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("that ask for many pieces at a time are refused", async () => {
    const worker = await exposed({ hang: () => new ReadableStream({}, { highWaterMark: 0 }) });
    const script = `
      const stream = await host.hang();
      const asked = Array.from({ length: 70 }, () => NETWORK.request("__handle.next", 1).catch((error) => error.code));
      Promise.race([...asked.slice(65)])`;
    expect(await worker.evaluate(script)).toBe("ERR_LIMIT");
  });

  test("that change what is built in give and take all the same", async () => {
    const worker = await exposed({
      map: async (list: any[], f: any) => Promise.all(list.map((n) => f(n))),
      stream: () => streamOf([1, 2]),
      read: (source: any) => all(source),
    });
    await worker.evaluate(
      `
      globalThis.generate = async function* () { yield 1; yield 2 };
      const fail = () => { throw new Error("patched") };
      for (const key of ["0", "1", "value", "done", "handles", "kind", "id", "then"])
        Object.defineProperty(Object.prototype, key, { __proto__: null, set: fail, get: fail, configurable: true });
      Array.prototype[Symbol.iterator] = Array.prototype.push = Object.freeze = Object.defineProperty = Reflect.ownKeys = fail;
      Reflect.apply = Map.prototype.get = Map.prototype.set = Promise.prototype.then = fail;
      Object.getPrototypeOf(generate.prototype).next = fail;
      WeakRef.prototype.deref = FinalizationRegistry.prototype.register = fail;
      "done"`.replace('"then"', '"x"'),
    );
    expect(await worker.evaluate("host.map([1, 2], (n) => n * 2)")).toEqual([2, 4]);
    expect(await worker.evaluate("host.read(generate())")).toEqual([1, 2]);
    expect(
      await worker.evaluate("const reader = (await host.stream()).getReader(); const a = await reader.read(); a.value"),
    ).toBe(1);
  });

  test("getters on the way, and traps, are the guest's own", async () => {
    const worker = await exposed({ f: (value: any) => typeof value });
    const script = (value: string): string => `host.f(${value}).catch(String)`;
    expect(await worker.evaluate(script("{ get a() { throw 'getter' }, f() {} }"))).toBe("getter");
    expect(await worker.evaluate(script("new Proxy({ f() {} }, { ownKeys() { throw 'trap' } })"))).toBe("trap");
    const deep = "let v = () => {}; for (let i = 0; i < 1e5; i++) v = [v];";
    expect(await worker.evaluate(`${deep} await host.f(v).catch(({ name }) => name)`)).not.toBe("object");
  });
});
