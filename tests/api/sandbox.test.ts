import { expect, test } from "bun:test";
import { resolve } from "node:path";
import packageJson from "../../package.json";
import { V8Sandbox } from "../../lib/index.ts";
import { rejection, thrown } from "./harness.ts";

test("creates isolates with numbers from 0 in each sandbox", async () => {
  using first = new V8Sandbox();
  using second = new V8Sandbox();
  const isolates = [await first.createIsolate(), await second.createIsolate(), await first.createIsolate()];
  expect(isolates.map(String)).toEqual(["Isolate #0", "Isolate #0", "Isolate #1"]);
  expect(isolates.map(({ id, destroyed }) => [id, destroyed])).toEqual([
    [0, false],
    [0, false],
    [1, false],
  ]);
});

test("threadCount is the number asked for, by default that of the processors", () => {
  using four = new V8Sandbox({ threads: 4 });
  using standard = new V8Sandbox();
  expect(four.threadCount()).toBe(4);
  expect(standard.threadCount()).toBe(Math.min(navigator.hardwareConcurrency, 16));
});

test("isolateCount counts the living", async () => {
  using sandbox = new V8Sandbox();
  expect(sandbox.isolateCount()).toBe(0);
  const isolates = await Promise.all(Array.from({ length: 5 }, () => sandbox.createIsolate()));
  expect(sandbox.isolateCount()).toBe(5);
  isolates[0]!.destroy();
  expect(sandbox.isolateCount()).toBe(4);
});

test("knows its versions", () => {
  using sandbox = new V8Sandbox();
  expect(sandbox.versions).toEqual({
    networkRuntime: packageJson.version,
    v8: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+/),
    abi: 4,
  });
});

test("counts what its isolates do", async () => {
  using sandbox = new V8Sandbox({ threads: 2 });
  const isolate = await sandbox.createIsolate();
  await isolate.evaluate("let sum = 0; for (let i = 0; i < 2e6; i++) sum += i; NETWORK.send('x', 1)");
  // A turn is charged when it is over, which may be after its answer.
  while (isolate.stats().cpuMs === 0) await Bun.sleep(1);
  const stats = isolate.stats();
  expect(stats.turns).toBeGreaterThan(0);
  expect(stats.heapUsedBytes).toBeGreaterThan(10_000);
  expect(stats.heapTotalBytes).toBeGreaterThanOrEqual(stats.heapUsedBytes);
  expect(stats).toMatchObject({ droppedOut: 1, messagesOut: 1, requestsPending: 0, callsPending: 0 });
  const all = sandbox.stats();
  expect(all.isolates).toBe(1);
  expect(all.threads).toBeGreaterThan(0);
  expect(all.cpuMs).toBeGreaterThanOrEqual(stats.cpuMs);
});

test("options out of range are errors that name option and range", async () => {
  expect(thrown(() => new V8Sandbox({ threads: 0 }))).toMatchObject({ code: "ERR_OPTION", option: "threads" });
  using sandbox = new V8Sandbox();
  expect(await rejection(sandbox.createIsolate({ memoryMb: -5 }))).toMatchObject({ option: "memoryMb" });
  expect(sandbox.isolateCount()).toBe(0);
});

test("isolatesMax bounds the living isolates", async () => {
  using sandbox = new V8Sandbox({ isolatesMax: 2 });
  const first = await sandbox.createIsolate();
  await sandbox.createIsolate();
  expect(await rejection(sandbox.createIsolate())).toMatchObject({ code: "ERR_LIMIT" });
  await first[Symbol.asyncDispose]();
  expect(String(await sandbox.createIsolate())).toBe("Isolate #2");
});

test("many isolates work side by side on few threads", async () => {
  using sandbox = new V8Sandbox({ threads: 2 });
  const isolates = await Promise.all(Array.from({ length: 40 }, () => sandbox.createIsolate({ memoryMb: 32 })));
  const results = await Promise.all(isolates.map((isolate, n) => isolate.evaluate<number>(`${n} * 2`)));
  expect(results).toEqual(isolates.map((_, n) => n * 2));
});

test("isolates share nothing", async () => {
  using sandbox = new V8Sandbox();
  const [first, second] = [await sandbox.createIsolate(), await sandbox.createIsolate()];
  await first.evaluate("globalThis.secret = 1; Object.prototype.polluted = 1; Array.prototype.push = null");
  expect(await second.evaluate("[typeof secret, typeof ({}).polluted, typeof [].push]")).toEqual([
    "undefined",
    "undefined",
    "function",
  ]);
});

test("sandboxes work in Bun Workers, beside each other", async () => {
  const worker = (): Promise<unknown> =>
    new Promise((done, fail) => {
      const thread = new Worker(resolve(import.meta.dir, "fixtures/worker.ts"));
      thread.onmessage = ({ data }) => {
        thread.terminate();
        done(data);
      };
      thread.onerror = ({ message }) => fail(new Error(message));
    });
  using sandbox = new V8Sandbox();
  const isolate = await sandbox.createIsolate();
  expect(await Promise.all([worker(), worker(), isolate.evaluate("1 + 1")])).toEqual([42, 42, 2]);
});

test("the isolates of a Bun Worker end with it", async () => {
  const thread = new Worker(resolve(import.meta.dir, "fixtures/busy-worker.ts"));
  await new Promise((resolve) => (thread.onmessage = resolve));
  thread.terminate();
  using sandbox = new V8Sandbox();
  const isolate = await sandbox.createIsolate();
  // Guests that still ran would use all the time there is.
  let usedMs = Infinity;
  for (let attempt = 0; attempt < 20 && usedMs > 100; attempt++) {
    const before = process.cpuUsage();
    await Bun.sleep(200);
    const { user, system } = process.cpuUsage(before);
    usedMs = (user + system) / 1000;
  }
  expect(usedMs).toBeLessThan(100);
  expect(await isolate.evaluate("1")).toBe(1);
});
