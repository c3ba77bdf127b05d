import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { IsolatePool } from "../../lib/pool/index.ts";
import { nextSystem, rejection } from "../api/harness.ts";
import { held, until } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

describe("pool.get", () => {
  test("has one isolate for each key, made when it is first asked for", async () => {
    const prepared: (string | undefined)[] = [];
    using pool = new IsolatePool(sandbox, { size: 0, prepare: (_, { key }) => void prepared.push(key) });
    const [a, again, b] = await Promise.all([pool.get("a"), pool.get("a"), pool.get("b")]);
    expect(again).toBe(a);
    expect(b).not.toBe(a);
    expect([a.name, b.name]).toEqual(["a", "b"]);
    await a.evaluate("globalThis.mark = 1");
    expect(await (await pool.get("a")).evaluate("mark")).toBe(1);
    expect(prepared.toSorted()).toEqual(["a", "b"]);
    expect(pool.stats()).toMatchObject({ keys: 2, made: 2 });
  });

  test("options may depend on the key", async () => {
    using pool = new IsolatePool(sandbox, {
      size: 1,
      isolate: (key) => (key === undefined ? { name: "run" } : { name: `tenant ${key}`, data: { key } }),
    });
    const isolate = await pool.get("7");
    expect([isolate.name, isolate.data]).toEqual(["tenant 7", { key: "7" }]);
    expect(await pool.run(({ name }) => name)).toBe("run");
    using plain = new IsolatePool(sandbox, { size: 0 });
    // Too long for a name.
    expect((await plain.get("x".repeat(201))).name).toBeUndefined();
  });

  test("loads again what was terminated, destroyed or deleted", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, isolate: { cpuMs: 20 } });
    const first = await pool.get("a");
    const ended = nextSystem(first, "destroyed");
    await rejection(first.evaluate("for (;;);"));
    await ended;
    const second = await pool.get("a");
    expect(second).not.toBe(first);
    expect(await second.evaluate("1")).toBe(1);
    second.destroy();
    const third = await pool.get("a");
    expect(third).not.toBe(second);
    expect(pool.delete("a")).toBe(true);
    expect(third.destroyed).toBe(true);
    expect(pool.delete("a")).toBe(false);
    expect(await (await pool.get("a")).evaluate("1")).toBe(1);
    expect(pool.stats()).toMatchObject({ made: 4, keys: 1, evicted: 0 });
  });

  test("ends the one that was asked for longest ago when there is no room", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 2 });
    const a = await pool.get("a");
    const b = await pool.get("b");
    await Bun.sleep(0);
    await pool.get("a");
    await Bun.sleep(0);
    const c = await pool.get("c");
    expect([a.destroyed, b.destroyed, c.destroyed]).toEqual([false, true, false]);
    expect(pool.stats()).toMatchObject({ keys: 2, evicted: 1 });
    // A run needs room too.
    expect(await pool.run((isolate) => isolate.evaluate("1"))).toBe(1);
    expect([a.destroyed, c.destroyed]).toEqual([true, false]);
  });

  test("never one whose calls are under way: whoever needs its room waits", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 1 });
    const a = await pool.get("a");
    const call = a.evaluate("new Promise((resolve) => { globalThis.finish = resolve })");
    const waiting = pool.get("b");
    const run = pool.run(() => "ran");
    await Bun.sleep(30);
    expect(pool.stats()).toMatchObject({ keys: 1, waiting: 2 });
    a.execute("finish('done')");
    expect(await call).toBe("done");
    const b = await waiting;
    expect([a.destroyed, b.name]).toEqual([true, "b"]);
    expect(await run).toBe("ran");
    expect(b.destroyed).toBe(true);
  });

  test("never one that was handed out just now", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 1 });
    const use = async (key: string): Promise<unknown> => (await pool.get(key)).evaluate("'used'");
    const keys = ["a", "b", "c", "a", "d", "b"];
    expect(await Promise.all(keys.map(use))).toEqual(keys.map(() => "used"));
  });

  test("gives up an isolate that is ready for runs, before one of a key", async () => {
    using pool = new IsolatePool(sandbox, { size: 1, max: 2 });
    await until(pool, ({ ready }) => ready === 1);
    const a = await pool.get("a");
    const b = await pool.get("b");
    expect([a.destroyed, b.destroyed, pool.stats().ready]).toEqual([false, false, 0]);
  });

  test("ends what nobody has used for a while, and not what works", async () => {
    const ended: (string | undefined)[] = [];
    using pool = new IsolatePool(sandbox, {
      size: 0,
      idleMs: 400,
      prepare: (isolate, { key }) => void isolate.onSystem("destroyed", () => ended.push(key)),
    });
    const working = await pool.get("working");
    working.execute("globalThis.timer = setInterval(() => {}, 5)");
    await pool.get("idle");
    while (ended.length === 0) await Bun.sleep(5);
    expect([...ended, working.destroyed]).toEqual(["idle", false]);
    expect(pool.stats()).toMatchObject({ keys: 1, evicted: 1 });
    working.execute("clearInterval(timer)");
    while (ended.length === 1) await Bun.sleep(5);
    expect(ended).toEqual(["idle", "working"]);
    expect(pool.stats()).toMatchObject({ keys: 0, evicted: 2 });
  });

  test("what cannot be prepared is the failure of all who wait for it, and of nobody after", async () => {
    let tries = 0;
    using pool = new IsolatePool(sandbox, {
      size: 0,
      prepare: () => (++tries === 1 ? Promise.reject(new Error("no")) : undefined),
    });
    const results = await Promise.allSettled([pool.get("a"), pool.get("a")]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: "ERR_PREPARE", key: "a" } });
    expect((await pool.get("a")).name).toBe("a");
  });

  test("a caller that gives up leaves the others waiting, and the last one the line", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 1 });
    const first = held(pool);
    await first.began;
    const controllers = [new AbortController(), new AbortController()];
    const [one, other] = controllers.map(({ signal }) => pool.get("a", { signal })) as [
      Promise<unknown>,
      Promise<unknown>,
    ];
    expect(pool.stats().waiting).toBe(2);
    controllers[0]!.abort("one");
    expect(await rejection(one)).toMatchObject({ code: "ERR_ABORTED", cause: "one" });
    expect(pool.stats().waiting).toBe(1);
    controllers[1]!.abort("other");
    await rejection(other);
    expect(pool.stats().waiting).toBe(0);
    const last = pool.get("a");
    first.end();
    expect((await last).name).toBe("a");
    expect(await rejection(pool.get("b", { signal: AbortSignal.abort("no") }))).toMatchObject({ cause: "no" });
  });
});
