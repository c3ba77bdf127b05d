import { afterAll, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { next, nextSystem, thrown } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

test("runs a script without waiting for it; the guest's console is a no-op", async () => {
  const worker = await sandbox.createIsolate();
  const done = next(worker, "done");
  worker.execute(`
    console.log('Hello from worker!');
    const x = 1 + 1;
    console.log('Result:', x);
    NETWORK.send('done', x);
  `);
  expect(await done).toBe(2);
});

test("several scripts share globals, as scripts do", async () => {
  const worker = await sandbox.createIsolate();
  worker.execute("var a = 1; function f() { return a + b; } globalThis.c = 3;");
  worker.execute("globalThis.b = 10;");
  expect(await worker.evaluate("[a, f(), c, this === globalThis]")).toEqual([1, 11, 3, true]);
});

test("accepts top-level await", async () => {
  const worker = await sandbox.createIsolate();
  worker.onRequest("getData", async ({ query }) => ({ data: `rows of ${query}` }));
  const done = next(worker, "done");
  worker.execute(`
    const response = await NETWORK.request('getData', { query: 'SELECT * FROM users' });
    NETWORK.send('done', response.data);
  `);
  expect(await done).toBe("rows of SELECT * FROM users");
});

test("what a script throws arrives as an error event with file, line and column; the isolate lives on", async () => {
  const worker = await sandbox.createIsolate();
  const error = nextSystem(worker, "error");
  worker.execute("let a = 1;\n\n   throw new RangeError('too far');", { filename: "my-script.js" });
  expect(await error).toMatchObject({
    name: "RangeError",
    message: "too far",
    filename: "my-script.js",
    lineno: 3,
    colno: expect.any(Number),
  });
  expect((await error).stack).toContain("my-script.js:3");
  expect(await worker.evaluate("1")).toBe(1);
});

test("a syntax error is an error event with file and line", async () => {
  const worker = await sandbox.createIsolate();
  const error = nextSystem(worker, "error");
  worker.execute("let ok = 1;\nlet = = 2;", { filename: "broken.js" });
  expect(await error).toMatchObject({ name: "SyntaxError", filename: "broken.js", lineno: 2 });
});

test("errors after an await keep their place", async () => {
  const worker = await sandbox.createIsolate();
  const error = Promise.race([nextSystem(worker, "error"), nextSystem(worker, "unhandledrejection")]);
  worker.execute("await null;\nthrow new TypeError('late');", { filename: "late.js" });
  const { name, message, stack } = await error;
  expect([name, message]).toEqual(["TypeError", "late"]);
  expect(stack).toContain("late.js:2");
});

test("anything can be thrown", async () => {
  const worker = await sandbox.createIsolate();
  for (const [thrownText, message] of [
    ["null", "null"],
    ["undefined", "undefined"],
    ["'text'", "text"],
    ["5n", "5"],
  ] as const) {
    const error = nextSystem(worker, "error");
    worker.execute(`throw ${thrownText};`);
    expect((await error).message).toContain(message);
  }
});

test("errors nobody listens to are counted", async () => {
  const worker = await sandbox.createIsolate();
  worker.execute("throw new Error('unheard')");
  await worker.evaluate("0");
  expect(worker.stats().unheardErrors).toBe(1);
});

test("no stack or message tells of the host", async () => {
  const worker = await sandbox.createIsolate();
  const stack = await worker.evaluate<string>("new Error('x').stack");
  expect(stack).not.toContain("/");
  expect(stack).toContain("evaluate.js");
});

test("keeps every character of the program", async () => {
  const worker = await sandbox.createIsolate();
  for (const text of ["é", "€", "😀", "\ud800", "日本語", "\u2028"]) {
    expect(await worker.evaluate<string>(`"${text}"`)).toBe(text);
    expect(await worker.evaluate<number>(`"${text}".length`)).toBe(text.length);
  }
  expect(await worker.evaluate<string>(`/* ${"€".repeat(100_000)} */ "large"`)).toBe("large");
});

test("a script that is not a string is refused", async () => {
  const worker = await sandbox.createIsolate();
  for (const script of [undefined, null, 5, {}, () => {}]) {
    expect(thrown(() => worker.execute(script as unknown as string))).toMatchObject({ code: "ERR_ARGUMENT" });
  }
});
