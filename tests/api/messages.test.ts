import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate } from "../../lib/index.ts";
import { next, thrown } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

async function echo(): Promise<Isolate> {
  const worker = await sandbox.createIsolate();
  worker.execute("NETWORK.on('echo', (data) => NETWORK.send('echo', data))");
  return worker;
}

describe("messages", () => {
  test("reach the guest's handlers, and the guest's reach the host's", async () => {
    const worker = await sandbox.createIsolate();
    worker.execute(`
      NETWORK.on('custom-event', (data) => NETWORK.send('log', { message: 'Hello from worker!', got: data }));
    `);
    const log = next(worker, "log");
    worker.send("custom-event", { message: "Hello worker!" });
    expect(await log).toEqual({ message: "Hello from worker!", got: { message: "Hello worker!" } });
  });

  test("arrive in order, both ways, between scripts", async () => {
    const worker = await sandbox.createIsolate();
    const seen: number[] = [];
    worker.on("n", (n) => seen.push(n));
    const done = next(worker, "done");
    worker.execute("let factor = 1; NETWORK.on('n', (n) => NETWORK.send('n', n * factor))");
    for (let n = 0; n < 1000; n++) {
      if (n === 500) worker.execute("factor = 2");
      worker.send("n", n);
    }
    worker.execute("NETWORK.send('done')");
    await done;
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => (n < 500 ? n : n * 2)));
  });

  test("sent before the guest's script has run are delivered after it", async () => {
    const worker = await sandbox.createIsolate();
    worker.execute("NETWORK.on('compute', ({ x, y }) => NETWORK.send('result', { answer: x + y }))");
    const result = next(worker, "result");
    worker.send("compute", { x: 5, y: 3 });
    expect(await result).toEqual({ answer: 8 });
  });

  test("without a listener are dropped and counted, on both sides", async () => {
    const worker = await sandbox.createIsolate();
    worker.send("nobody", 1);
    worker.execute("NETWORK.send('nobody', 1); NETWORK.send('nobody', 2)");
    await worker.evaluate("0");
    expect(worker.stats()).toMatchObject({ droppedIn: 1, droppedOut: 2 });
  });

  test("off removes a handler, in the host and in the guest", async () => {
    const worker = await sandbox.createIsolate();
    const seen: unknown[] = [];
    const handler = (data: unknown): unknown => seen.push(data);
    expect(worker.on("event", handler).off("event", handler)).toBe(worker);
    worker.execute(`
      const handler = (data) => NETWORK.send('event', data);
      NETWORK.on('event', handler);
      NETWORK.off('event', handler);
      NETWORK.send('event', 'from the start');
    `);
    worker.send("event", 1);
    await worker.evaluate("0");
    expect(seen).toEqual([]);
    expect(worker.stats().droppedIn).toBe(1);
  });

  test("handlers see the isolate and the event", async () => {
    const worker = await echo();
    const context = new Promise<unknown[]>((resolve) =>
      worker.on("echo", (_data, { isolate, event }) => resolve([isolate, event])),
    );
    worker.send("echo");
    expect(await context).toEqual([worker, "echo"]);
  });

  test("a handler may destroy, send, and create", async () => {
    const worker = await echo();
    const other = next(worker, "echo").then(async () => {
      worker.destroy();
      return (await sandbox.createIsolate()).evaluate("1");
    });
    worker.send("echo");
    expect(await other).toBe(1);
  });

  test("reserved names are ordinary names", async () => {
    const worker = await echo();
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "destroyed",
      "terminated",
      "error",
      "",
      "\ud800",
      "x".repeat(5000),
    ]) {
      worker.execute(`NETWORK.on(${JSON.stringify(name)}, (data) => NETWORK.send(${JSON.stringify(name)}, data))`);
      const answer = next(worker, name);
      worker.send(name, 1);
      expect(await answer).toBe(1);
    }
    expect(worker.destroyed).toBe(false);
  });
});

describe("data keeps what structured clone keeps, both ways", () => {
  const cyclic: { self?: unknown; list: unknown[] } = { list: [] };
  cyclic.self = cyclic;
  cyclic.list.push(cyclic);
  const shared = { n: 1 };
  const cases: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    booleans: [true, false],
    numbers: [0, -0, 1, -1, 0.5, 2 ** 31, -(2 ** 31), 2 ** 53, 1e308, NaN, Infinity, -Infinity],
    bigints: [0n, -1n, 2n ** 64n, -(2n ** 200n)],
    strings: ["", "a", "é", "€", "😀", "\ud800", "\0", "x".repeat(100_000), "€".repeat(50_000)],
    objects: { a: { b: { c: [1, , 3] } }, "": 1, ["__proto__"]: 5, constructor: 6, toJSON: 7, 10: "ten" },
    dates: [new Date(0), new Date(1.7e12)],
    "regular expressions": [/a/, /b\/c/giu, new RegExp("(?:)")],
    maps: new Map<unknown, unknown>([
      [1, "one"],
      [{ k: 1 }, new Map([[NaN, undefined]])],
    ]),
    sets: new Set<unknown>([1, "1", new Set()]),
    "typed arrays": [new Uint8Array([1, 2]), new Float64Array([-0, 0.1]), new BigInt64Array([-1n]), new Int16Array(0)],
    "array buffers": [new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(0)],
    "data views": new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
    wrappers: [Object(1), Object("s"), Object(true), Object(5n)],
    cyclic,
    "the same object twice": [shared, shared],
  };
  for (const [name, value] of Object.entries(cases)) {
    test(name, async () => {
      const worker = await echo();
      const answer = next(worker, "echo");
      worker.send("echo", value);
      expect(await answer).toEqual(value as never);
      worker.destroy();
    });
  }

  test("identity and prototypes", async () => {
    const worker = await echo();
    const answer = next(worker, "echo");
    worker.send("echo", { cyclic, twice: [shared, shared], proto: JSON.parse('{"__proto__": {"x": 1}}') });
    const { cyclic: c, twice, proto } = await answer;
    expect(c.self).toBe(c);
    expect(c.list[0]).toBe(c);
    expect(twice[0]).toBe(twice[1]);
    expect(Object.getPrototypeOf(proto)).toBe(Object.prototype);
    expect(Object.keys(proto)).toEqual(["__proto__"]);
  });

  test("NaN where toEqual does not see it", async () => {
    const worker = await echo();
    const answer = next(worker, "echo");
    worker.send("echo", [new Date(NaN), new Float64Array([NaN])]);
    const [date, numbers] = await answer;
    expect([date instanceof Date, date.getTime(), numbers[0]]).toEqual([true, NaN, NaN]);
  });

  test("errors keep name and message", async () => {
    const worker = await echo();
    const answer = next(worker, "echo");
    worker.send("echo", [new TypeError("t"), new Error("e", { cause: 1 })]);
    const [typeError, error] = await answer;
    expect(typeError).toBeInstanceOf(TypeError);
    expect([typeError.message, error.name, error.message]).toEqual(["t", "Error", "e"]);
  });

  test("large binary data", async () => {
    const worker = await echo();
    const bytes = new Uint8Array(8 * 1024 * 1024).map((_, i) => i * 7);
    const answer = next(worker, "echo");
    worker.send("echo", bytes);
    expect(Bun.hash(await answer)).toBe(Bun.hash(bytes));
  });

  test("a message that is decoded in slices keeps its place among all others, of any isolate", async () => {
    const [worker, other] = [await echo(), await echo()];
    const heard: string[] = [];
    worker.on("large", (data: unknown[]) => heard.push(`large ${data.length}`));
    for (const isolate of [worker, other]) isolate.on("small", (data: string) => heard.push(data));
    worker.onRequest("size", (data: unknown[]) => data.length);
    const script = `const objects = Array.from({ length: 100_000 }, (_, i) => ({ i, s: "s" + i }));
      NETWORK.send("small", "before");
      NETWORK.send("large", objects);
      NETWORK.send("small", "after");
      const size = await NETWORK.request("size", objects);
      NETWORK.send("small", "size " + size);
      objects`;
    const [objects] = await Promise.all([
      worker.evaluate<{ i: number; s: string }[]>(script),
      other.evaluate(`for (let i = 0; i < 1000; i++) NETWORK.send("echo", i)`),
    ]);
    expect(heard).toEqual(["before", "large 100000", "after", "size 100000"]);
    expect([objects.length, objects.at(-1)]).toEqual([100_000, { i: 99_999, s: "s99999" }]);
  });

  test("an isolate that is destroyed within a large message: the others go on", async () => {
    const worker = await sandbox.createIsolate();
    const other = await echo();
    worker.on("first", () => setImmediate(() => worker.destroy()));
    const ended = new Promise((resolve) => worker.onSystem("destroyed", resolve));
    worker.on("large", () => {});
    worker.execute(`const objects = Array.from({ length: 300_000 }, (_, i) => ({ i }));
      NETWORK.send("first"); NETWORK.send("large", objects); NETWORK.send("large", objects);`);
    await ended;
    expect(await other.evaluate<number>("6 * 7")).toBe(42);
  });

  test("what cannot be cloned is an error on the sender's side, and nothing is sent", async () => {
    const worker = await echo();
    const detached = new ArrayBuffer(8);
    structuredClone(detached, { transfer: [detached] });
    for (const data of [() => {}, Symbol("s"), { deep: [Symbol("s")] }, detached, new WeakMap(), Promise.resolve()]) {
      expect(thrown(() => worker.send("echo", data)).code).toBe("ERR_DATA_CLONE");
    }
    expect(
      await worker.evaluate(`
        [() => {}, Symbol('s'), new WeakMap(), { deep: [Promise.resolve()] }].map((data) => {
          try { NETWORK.send('x', data); } catch (error) { return error.name; }
        })`),
    ).toEqual(Array(4).fill("DataCloneError"));
    expect(worker.stats().droppedOut).toBe(0);
  });
});
