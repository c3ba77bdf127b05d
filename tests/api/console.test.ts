import { afterAll, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { ConsoleEvent } from "../../lib/index.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

test("the guest's console tells the host what it logs, once the host asks, in order with the rest", async () => {
  const worker = await sandbox.createIsolate();
  const log: unknown[] = [];
  worker.execute("console.log('too early')");
  worker.onConsole(({ level, args }, { isolate }) => log.push([level, ...args, isolate === worker]));
  worker.on("message", () => log.push("message"));
  worker.execute(`
    console.log('a', { b: [1, 2n] }, undefined);
    NETWORK.send('message');
    for (const level of ['debug', 'info', 'warn', 'error']) console[level](level);
    console.log(() => {}, Symbol('s'));
  `);
  await worker.evaluate("0");
  expect(log.slice(0, 6)).toEqual([
    ["log", "a", { b: [1, 2n] }, undefined, true],
    "message",
    ["debug", "debug", true],
    ["info", "info", true],
    ["warn", "warn", true],
    ["error", "error", true],
  ]);
  const [level, fn, symbol] = log[6] as unknown[];
  expect([level, typeof fn, symbol]).toEqual(["log", "string", "Symbol(s)"]);
});

test("is silent again without a handler", async () => {
  const worker = await sandbox.createIsolate();
  const seen: ConsoleEvent[] = [];
  const handler = (entry: ConsoleEvent): unknown => seen.push(entry);
  worker.onConsole(handler);
  await worker.evaluate("console.log(1)");
  worker.offConsole(handler);
  await worker.evaluate("console.log(2)");
  worker.onConsole(handler);
  await worker.evaluate("console.log(3)");
  expect(seen.map(({ args }) => args)).toEqual([[1], [3]]);
});

test("every method of the console exists and does nothing by itself", async () => {
  const worker = await sandbox.createIsolate();
  const methods = [
    "log",
    "error",
    "warn",
    "info",
    "debug",
    "trace",
    "dir",
    "table",
    "group",
    "groupEnd",
    "time",
    "timeEnd",
    "count",
    "assert",
    "clear",
  ];
  expect(await worker.evaluate(`${JSON.stringify(methods)}.map((method) => console[method]('x'))`)).toEqual(
    methods.map(() => undefined),
  );
});

test("arguments that the host does not take leave the call its text", async () => {
  const worker = await sandbox.createIsolate({ messageBytesMax: 8 * 1024 * 1024 });
  const log: ConsoleEvent[] = [];
  const errors: unknown[] = [];
  worker.onConsole((entry) => log.push(entry)).onSystem("error", (error) => errors.push(error));
  await worker.evaluate(`{
    console.log("before");
    console.warn("elements %s", "é", new Array(1_100_000).fill(1));
    console.error("keys", Object.fromEntries(Array.from({ length: 140_000 }, (_, i) => ["k" + i, 1])));
    console.info("a BigInt", 1n << 1_100_000n);
    console.log("in all", "x".repeat(5_000_000), "y".repeat(5_000_000));
    console.log("one", "x".repeat(9_000_000));
    console.log("after");
  }`);
  const [before, elements, keys, bigint, all, one, after] = log;
  expect([before?.text, after?.text, log.length]).toEqual(["before", "after", 7]);
  expect(elements).toMatchObject({ level: "warn", args: [] });
  expect(elements?.text).toStartWith("elements é [");
  expect(keys).toMatchObject({ level: "error", args: [] });
  expect(keys?.text).toStartWith("keys {");
  expect(bigint).toMatchObject({ level: "info", args: [] });
  expect(all?.args).toEqual([]);
  expect(all?.text).toStartWith("in all xxx");
  expect(one?.text).toStartWith("one xxx");
  expect([worker.stats().malformed, errors]).toEqual([0, []]);
});

test("a text that is longer than a message may be is cut", async () => {
  const worker = await sandbox.createIsolate({ messageBytesMax: 1024 });
  const log: ConsoleEvent[] = [];
  worker.onConsole((entry) => log.push(entry));
  await worker.evaluate(`console.log("x".repeat(5000)); console.warn("\u4e00".repeat(5000)); console.log("after")`);
  expect(log.map(({ level, args }) => [level, args])).toEqual([
    ["log", []],
    ["warn", []],
    ["log", ["after"]],
  ]);
  expect(log[0]?.text).toBe("x".repeat(448));
  expect(log[1]?.text).toBe("\u4e00".repeat(448));
});
