import { afterAll, expect, test } from "bun:test";
import { EvaluationError, V8Sandbox } from "../../lib/index.ts";
import { rejection } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

test.each<[string, unknown]>([
  ["6 * 7", 42],
  ["'a' + 'b'", "ab"],
  ["undefined", undefined],
  ["let a = 5;", undefined],
  ["({ a: [1, 2n, new Date(0)] })", { a: [1, 2n, new Date(0)] }],
  ["new Map([[1, new Set([2])]])", new Map([[1, new Set([2])]])],
  ["Promise.resolve(5)", 5],
  ["await Promise.resolve(5)", 5],
  ["const b = await 3; b * 2", 6],
  ["const c = 1; function f() { return c; } f()", 1],
  ["if (true) { 7 } else { 8 }", 7],
  ["new Promise((resolve) => setTimeout(resolve, 5, 'later'))", "later"],
  ["'use strict'; (function () { return this; })()", undefined],
])("%s", async (script, value) => {
  const worker = await sandbox.createIsolate();
  expect(await worker.evaluate<unknown>(script)).toEqual(value);
});

test("what the guest throws is an EvaluationError with everything known of it", async () => {
  const worker = await sandbox.createIsolate();
  const script = "\n\n  throw Object.assign(new RangeError('oops'), { code: 'E_OOPS' })";
  const error = await rejection(worker.evaluate(script, { filename: "plugin.js" }));
  expect(error).toBeInstanceOf(EvaluationError);
  expect(error).toMatchObject({
    name: "EvaluationError",
    code: "ERR_EVALUATION",
    guest: { name: "RangeError", message: "oops", code: "E_OOPS", filename: "plugin.js", lineno: 3 },
  });
  expect(error.guest.stack).toContain("plugin.js:3");
  expect(error.message).toContain("RangeError: oops");
});

test.each<[string, object]>([
  ["let a = ;", { name: "SyntaxError" }],
  ["missing", { name: "ReferenceError" }],
  ["throw null", { message: "null" }],
  ["await Promise.reject(new TypeError('r'))", { name: "TypeError", message: "r" }],
  ["Promise.reject('text')", { message: "text" }],
  ["() => {}", { name: "DataCloneError" }],
  ["Symbol('s')", { name: "DataCloneError" }],
  ["({ get x() { throw new Error('getter') } })", { message: "getter" }],
  ["({ then() { throw new Error('then') } })", { message: "then" }],
  ["throw { toString() { throw 1 } }", {}],
  ["throw new Proxy({}, { get() { throw 1 } })", {}],
])("%s rejects", async (script, guest) => {
  const worker = await sandbox.createIsolate();
  expect(await rejection(worker.evaluate(script))).toMatchObject({ code: "ERR_EVALUATION", guest });
  expect(await worker.evaluate("1")).toBe(1);
  expect(worker.stats().unheardErrors).toBe(0);
});

test("many at a time, each its own answer", async () => {
  const worker = await sandbox.createIsolate();
  const calls = Array.from({ length: 200 }, (_, n) =>
    worker.evaluate(n % 10 === 0 ? `throw new Error("${n}")` : `await null; ${n}`),
  );
  const settled = await Promise.allSettled(calls);
  settled.forEach((outcome, n) => {
    if (n % 10 === 0) expect(outcome).toMatchObject({ status: "rejected", reason: { guest: { message: `${n}` } } });
    else expect(outcome).toEqual({ status: "fulfilled", value: n });
  });
});

test("timeoutMs ends a running turn, not the isolate", async () => {
  const worker = await sandbox.createIsolate();
  await worker.evaluate("globalThis.kept = 1");
  const error = await rejection(worker.evaluate("while (true);", { timeoutMs: 30 }));
  expect(error).toMatchObject({ code: "ERR_TIMEOUT", timeoutMs: 30 });
  expect(worker.destroyed).toBe(false);
  expect(await worker.evaluate("kept")).toBe(1);
});

test("timeoutMs ends a loop after an await too", async () => {
  const worker = await sandbox.createIsolate();
  expect(await rejection(worker.evaluate("await null; while (true);", { timeoutMs: 30 }))).toMatchObject({
    code: "ERR_TIMEOUT",
  });
  expect(await worker.evaluate("1")).toBe(1);
});

test("timeoutMs ends waiting for a promise that never settles", async () => {
  const worker = await sandbox.createIsolate();
  expect(await rejection(worker.evaluate("new Promise(() => {})", { timeoutMs: 20 }))).toMatchObject({
    code: "ERR_TIMEOUT",
  });
});

test("signal ends it with its reason; aborted before, nothing runs", async () => {
  const worker = await sandbox.createIsolate();
  const controller = new AbortController();
  const call = rejection(worker.evaluate("while (true);", { signal: controller.signal }));
  setTimeout(() => controller.abort("enough"), 20);
  expect(await call).toMatchObject({ code: "ERR_ABORTED", cause: "enough" });
  expect(await rejection(worker.evaluate("globalThis.ran = true", { signal: controller.signal }))).toMatchObject({
    code: "ERR_ABORTED",
  });
  expect(await worker.evaluate("typeof ran")).toBe("undefined");
});

test("giving up one evaluation leaves those before and after it", async () => {
  const worker = await sandbox.createIsolate();
  const before = worker.evaluate("await new Promise((resolve) => setTimeout(resolve, 60)); 'before'");
  const doomed = rejection(worker.evaluate("while (true);", { timeoutMs: 30 }));
  const after = worker.evaluate("'after'");
  expect(await Promise.all([before, doomed.then(({ code }) => code), after])).toEqual([
    "before",
    "ERR_TIMEOUT",
    "after",
  ]);
});

test("one that is still queued is dropped when given up", async () => {
  const worker = await sandbox.createIsolate();
  const controller = new AbortController();
  const busy = rejection(worker.evaluate("while (true);", { signal: controller.signal }));
  const queued = rejection(worker.evaluate("globalThis.ran = true", { timeoutMs: 10 }));
  expect(await queued).toMatchObject({ code: "ERR_TIMEOUT" });
  controller.abort();
  expect(await busy).toMatchObject({ code: "ERR_ABORTED" });
  expect(await worker.evaluate("typeof ran")).toBe("undefined");
});

test("wrong arguments reject", async () => {
  const worker = await sandbox.createIsolate();
  expect(await rejection(worker.evaluate(5 as unknown as string))).toMatchObject({ code: "ERR_ARGUMENT" });
  expect(await rejection(worker.evaluate("1", { timeoutMs: -1 }))).toMatchObject({ code: "ERR_OPTION" });
});

test("a guest cannot answer in place of another evaluation", async () => {
  const worker = await sandbox.createIsolate();
  await worker.evaluate(
    "Promise.prototype.then = function () { return 'patched' }; JSON.stringify = () => 'patched'; 0",
  );
  expect(await worker.evaluate("({ a: 1 })")).toEqual({ a: 1 });
  expect(await worker.evaluate("await 5")).toBe(5);
});
