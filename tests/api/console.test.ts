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
