import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate } from "../../lib/index.ts";
import { IsolatePool } from "../../lib/pool/index.ts";
import { rejection, runHost, thrown } from "../api/harness.ts";
import { held, until } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

describe("pool.run", () => {
  test("each has an isolate of its own, that nobody used and nobody will", async () => {
    using pool = new IsolatePool(sandbox);
    const seen: Isolate[] = [];
    for (let i = 0; i < 10; i++) {
      const before = await pool.run(async (isolate) => {
        seen.push(isolate);
        return isolate.evaluate(
          "const before = typeof globalThis.mark; globalThis.mark = 1; Array.prototype.evil = 1; before",
        );
      });
      expect(before).toBe("undefined");
      expect(seen.at(-1)!.destroyed).toBe(true);
    }
    expect(new Set(seen).size).toBe(10);
  });

  test("takes one that is ready, and another is made", async () => {
    using pool = new IsolatePool(sandbox, { size: 2 });
    await until(pool, ({ ready }) => ready === 2);
    expect(pool.stats()).toEqual({
      ready: 2,
      making: 0,
      running: 0,
      keys: 0,
      waiting: 0,
      made: 2,
      failed: 0,
      evicted: 0,
    });
    const made: number[] = [];
    await pool.run(async (isolate) => {
      await isolate.evaluate("1");
      made.push(isolate.id);
      expect(pool.stats().running).toBe(1);
    });
    await until(pool, ({ ready, making }) => ready === 2 && making === 0);
    expect(pool.stats()).toMatchObject({ running: 0, made: 3 });
  });

  test("comes to what the work does, whichever way", async () => {
    using pool = new IsolatePool(sandbox, { size: 0 });
    expect(await pool.run(() => 5)).toBe(5);
    let used: Isolate | undefined;
    const error = new Error("mine");
    const failing = pool.run((isolate) => {
      used = isolate;
      throw error;
    });
    expect(await rejection(failing)).toBe(error);
    expect(used!.destroyed).toBe(true);
    expect(await rejection(pool.run((isolate) => isolate.evaluate("throw new TypeError('x')")))).toMatchObject({
      code: "ERR_EVALUATION",
    });
    expect(pool.stats()).toMatchObject({ running: 0, ready: 0, made: 3 });
  });

  test("a guest that hits its limit ends its run, and no other", async () => {
    using pool = new IsolatePool(sandbox, { isolate: { cpuMs: 20 } });
    const results = await Promise.allSettled([
      pool.run((isolate) => isolate.evaluate("for (;;);")),
      pool.run((isolate) => isolate.evaluate("6 * 7")),
    ]);
    expect(results[0]).toMatchObject({ status: "rejected", reason: { code: "ERR_TERMINATED" } });
    expect(results[1]).toMatchObject({ value: 42 });
    expect(await pool.run((isolate) => isolate.evaluate("6 * 7"))).toBe(42);
  });

  test("runs as many at once as may live, the others in turn", async () => {
    using pool = new IsolatePool(sandbox, { size: 1, max: 3 });
    let atOnce = 0;
    let most = 0;
    const order: number[] = [];
    // The first go on when there are three of them.
    const three = Promise.withResolvers<void>();
    const runs = Array.from({ length: 12 }, (_, index) =>
      pool.run(async (isolate) => {
        order.push(index);
        most = Math.max(most, ++atOnce);
        if (atOnce === 3) three.resolve();
        await three.promise;
        const { ready, making, running } = pool.stats();
        expect(ready + making + running).toBeLessThanOrEqual(3);
        const value = await isolate.evaluate<number>(`${index} + 1`);
        atOnce--;
        return value;
      }),
    );
    expect(await Promise.all(runs)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(most).toBe(3);
  });

  test("isolates that died while they waited are given to nobody", async () => {
    using pool = new IsolatePool(sandbox, {
      size: 2,
      isolate: { cpuMs: 20 },
      prepare: (isolate) => isolate.execute("setTimeout(() => { for (;;); }, 1)"),
    });
    await until(pool, ({ ready, made }) => made >= 2 && ready === 0);
    // The next is made for it.
    expect(await pool.run((isolate) => isolate.destroyed)).toBe(false);
  });
});

describe("what waits", () => {
  test("is refused when the line is full, and served in turn otherwise", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 1, waitingMax: 1 });
    const first = held(pool);
    await first.began;
    const second = pool.run(() => "second");
    expect(pool.stats()).toMatchObject({ running: 1, waiting: 1 });
    expect(await rejection(pool.run(() => "third"))).toMatchObject({
      code: "ERR_POOL_EXHAUSTED",
      max: 1,
      waiting: 1,
    });
    expect(await rejection(pool.get("key"))).toMatchObject({ code: "ERR_POOL_EXHAUSTED" });
    first.end();
    expect(await second).toBe("second");
    expect(pool.stats()).toMatchObject({ running: 0, waiting: 0 });
  });

  test("with waitingMax 0 nobody waits, but for an isolate that is being made", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 1, waitingMax: 0 });
    const first = held(pool);
    await first.began;
    expect(await rejection(pool.run(() => 1))).toMatchObject({ code: "ERR_POOL_EXHAUSTED" });
    first.end();
    await first.done;
    expect(await pool.run(() => 1)).toBe(1);
  });

  test("gives up by its signal, and makes room for others in the line", async () => {
    using pool = new IsolatePool(sandbox, { size: 0, max: 1, waitingMax: 1 });
    const first = held(pool);
    await first.began;
    const controller = new AbortController();
    let ran = false;
    const second = pool.run(() => void (ran = true), { signal: controller.signal });
    controller.abort("enough");
    expect(await rejection(second)).toMatchObject({ code: "ERR_ABORTED", cause: "enough" });
    expect(pool.stats().waiting).toBe(0);
    const third = pool.run(() => "third");
    first.end();
    expect(await third).toBe("third");
    expect(ran).toBe(false);
    expect(await rejection(pool.run(() => 1, { signal: AbortSignal.abort("no") }))).toMatchObject({ cause: "no" });
  });

  test("a signal ends the work too, whatever it waits for", async () => {
    using pool = new IsolatePool(sandbox);
    const controller = new AbortController();
    const began = Promise.withResolvers<Isolate>();
    let told: unknown;
    const run = pool.run(
      (isolate, { signal }) => {
        signal.addEventListener("abort", () => (told = signal.reason));
        began.resolve(isolate);
        return new Promise(() => {});
      },
      { signal: controller.signal },
    );
    const isolate = await began.promise;
    controller.abort("enough");
    expect(await rejection(run)).toMatchObject({ code: "ERR_ABORTED", cause: "enough" });
    expect(told).toMatchObject({ code: "ERR_ABORTED" });
    expect(isolate.destroyed).toBe(true);
    expect(pool.stats().running).toBe(0);
  });
});

describe("prepare", () => {
  test("runs the host's own code before anybody has the isolate", async () => {
    using pool = new IsolatePool(sandbox, {
      prepare: async (isolate, { key }) => {
        isolate.expose("host", { twice: (n: number) => n * 2 });
        await isolate.evaluate("globalThis.four = await host.twice(2)");
        expect(key).toBeUndefined();
      },
    });
    expect(await pool.run((isolate) => isolate.evaluate("host.twice(four)"))).toBe(8);
  });

  test("what fails is a PrepareError of the run that waited, and the next is a new try", async () => {
    let tries = 0;
    using pool = new IsolatePool(sandbox, {
      size: 0,
      prepare: (isolate) => isolate.evaluate(++tries < 3 ? "throw new Error('not yet')" : "1"),
    });
    for (let i = 0; i < 2; i++) {
      const error = await rejection(pool.run(() => 1));
      expect(error).toMatchObject({ code: "ERR_PREPARE", cause: { code: "ERR_EVALUATION" }, key: undefined });
      expect(error.message).toContain("not yet");
    }
    expect(await pool.run(() => 1)).toBe(1);
    expect(pool.stats()).toMatchObject({ failed: 2, made: 1 });
    expect(sandbox.isolateCount()).toBe(0);
  });

  test("what fails with nobody waiting is tried again later, not all the time", async () => {
    let tries = 0;
    using pool = new IsolatePool(sandbox, {
      size: 2,
      prepare() {
        if (++tries < 5) throw new Error("not yet");
      },
    });
    await until(pool, ({ failed }) => failed >= 2);
    await Bun.sleep(20);
    expect(pool.stats()).toMatchObject({ failed: 2, ready: 0 });
    await until(pool, ({ ready }) => ready === 2);
    expect(pool.stats().failed).toBe(4);
  });

  test("that hangs, or whose isolate ends, fails", async () => {
    using hanging = new IsolatePool(sandbox, { size: 0, prepareMs: 20, prepare: () => new Promise(() => {}) });
    expect(await rejection(hanging.run(() => 1))).toMatchObject({
      code: "ERR_PREPARE",
      cause: { code: "ERR_TIMEOUT", timeoutMs: 20 },
    });
    using ending = new IsolatePool(sandbox, {
      size: 0,
      isolate: { cpuMs: 20 },
      prepare: (isolate) => isolate.evaluate("for (;;);").catch(() => {}),
    });
    expect(await rejection(ending.run(() => 1))).toMatchObject({
      code: "ERR_PREPARE",
      cause: { code: "ERR_ISOLATE_DESTROYED", reason: "cpu_limit_exceeded" },
    });
    expect(sandbox.isolateCount()).toBe(0);
  });
});

describe("a pool's end", () => {
  test("ends all it has, and tells those who wait", async () => {
    const aborted = Promise.withResolvers<unknown>();
    const pool = new IsolatePool(sandbox, { size: 1, max: 2 });
    const first = held(pool);
    const began = Promise.withResolvers<void>();
    const second = pool.run((_, { signal }) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      began.resolve();
      return new Promise(() => {});
    });
    const third = pool.run(() => 1);
    const got = pool.get("key");
    await Promise.all([first.began, began.promise]);
    const outcomes = Promise.allSettled([first.done, second, third, got]);
    pool.close();
    pool.close();
    for (const { reason } of (await outcomes) as PromiseRejectedResult[]) expect(reason.code).toBe("ERR_POOL_CLOSED");
    expect(await aborted.promise).toMatchObject({ code: "ERR_POOL_CLOSED" });
    expect(await rejection(pool.run(() => 1))).toMatchObject({ code: "ERR_POOL_CLOSED" });
    expect(await rejection(pool.get("key"))).toMatchObject({ code: "ERR_POOL_CLOSED" });
    expect(sandbox.isolateCount()).toBe(0);
    expect(await sandbox.createIsolate().then((isolate) => (isolate.destroy(), 1))).toBe(1);
  });

  test("a pool that is closed while it makes isolates leaves none", async () => {
    const pool = new IsolatePool(sandbox, { size: 2, prepare: () => new Promise(() => {}) });
    await until(pool, ({ making }) => making === 2);
    while (sandbox.isolateCount() < 2) await Bun.sleep(1);
    pool.close();
    await until(pool, ({ making }) => making === 0);
    expect(sandbox.isolateCount()).toBe(0);
    await using disposed = new IsolatePool(sandbox);
    await until(disposed, ({ ready }) => ready === 2);
  });

  test("with its sandbox shut down nobody waits for ever", async () => {
    const other = new V8Sandbox();
    const pool = new IsolatePool(other);
    await until(pool, ({ ready }) => ready === 2);
    other.shutdown();
    const runs = await Promise.allSettled([pool.run(() => 1), pool.run(() => 2), pool.get("a")]);
    for (const run of runs) expect(run).toMatchObject({ reason: { code: "ERR_SANDBOX_SHUTDOWN" } });
    expect(pool.stats()).toMatchObject({ ready: 0, making: 0, waiting: 0 });
  });

  test("isolates that are ready keep no process alive; runs do", async () => {
    const program = (pool: string): string => `
      import { IsolatePool } from ${JSON.stringify(new URL("../../lib/pool/index.ts", import.meta.url).pathname)};
      const pool = new IsolatePool(new V8Sandbox(), { size: 2 });
      ${pool}`;
    const outcome = await runHost(
      program(
        "console.log(await pool.run((isolate) => isolate.evaluate('new Promise((r) => setTimeout(r, 50, 42))')))",
      ),
    );
    expect(outcome).toEqual({ stdout: "42\n", stderr: "", exitCode: 0 });
  });
});

describe("misuse", () => {
  test.each<[string, unknown, string]>([
    ["size", { size: -1 }, "ERR_OPTION"],
    ["size", { size: 3, max: 2 }, "ERR_OPTION"],
    ["max", { max: 0 }, "ERR_OPTION"],
    ["waitingMax", { waitingMax: 1.5 }, "ERR_OPTION"],
    ["idleMs", { idleMs: "1" }, "ERR_OPTION"],
    ["prepare", { prepare: 1 }, "ERR_OPTION"],
    ["prepareMs", { prepareMs: -1 }, "ERR_OPTION"],
    ["sizes", { sizes: 1 }, "ERR_OPTION"],
    ["cpuMs", { isolate: { cpuMs: -1 } }, "ERR_OPTION"],
    ["memory", { isolate: { memory: 5 } }, "ERR_OPTION"],
    ["name", { isolate: { name: "" } }, "ERR_OPTION"],
  ])("%s: %p", (option, options, code) => {
    expect(thrown(() => new IsolatePool(sandbox, options as {}))).toMatchObject({ code, option });
  });

  test("what is no sandbox, no work, no key, no signal", async () => {
    expect(thrown(() => new IsolatePool({} as V8Sandbox))).toMatchObject({ code: "ERR_ARGUMENT" });
    using pool = new IsolatePool(sandbox, { size: 0 });
    expect(await rejection(pool.run(1 as never))).toMatchObject({ code: "ERR_ARGUMENT" });
    expect(await rejection(pool.get(1 as never))).toMatchObject({ code: "ERR_ARGUMENT" });
    expect(await rejection(pool.run(() => 1, { signal: 1 } as never))).toMatchObject({ option: "signal" });
    expect(await rejection(pool.get("a", { timeout: 1 } as never))).toMatchObject({ option: "timeout" });
  });
});

describe("template", () => {
  test("is what the isolates begin with; its prepare comes first, and fails as the pool's does", async () => {
    let fails = false;
    using template = await sandbox.template({
      modules: { "./main.js": "export const two = () => 2;" },
      async prepare(isolate) {
        if (fails) throw new Error("not today");
        await isolate.import("./main.js");
        await isolate.evaluate("globalThis.order = ['template']");
      },
    });
    using pool = new IsolatePool(sandbox, {
      size: 0,
      template,
      prepare: (isolate) => isolate.evaluate("order.push('pool')"),
    });
    const script = "order.push((await import('./main.js')).two()); order";
    expect(await pool.run((isolate) => isolate.evaluate(script))).toEqual(["template", "pool", 2]);
    expect(await (await pool.get("a")).evaluate(script)).toEqual(["template", "pool", 2]);
    fails = true;
    expect(await rejection(pool.run(() => {}))).toMatchObject({ code: "ERR_PREPARE", cause: { code: "ERR_TEMPLATE" } });
    await using other = new V8Sandbox({ threads: 1 });
    const others = { template: await other.template({ modules: {}, prepare() {} }) };
    expect(thrown(() => new IsolatePool(sandbox, others))).toMatchObject({ option: "template" });
    expect(thrown(() => new IsolatePool(sandbox, { template: {} as never }))).toMatchObject({ option: "template" });
  });
});
