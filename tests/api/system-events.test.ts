import { afterAll, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { next, nextSystem, thrown } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

test("terminated, then destroyed, when a limit is exceeded", async () => {
  const worker = await sandbox.createIsolate({ cpuMs: 30 });
  const log: unknown[] = [];
  const over = new Promise((resolve) => {
    worker
      .onSystem("terminated", (data, { isolate }) =>
        log.push(["terminated", data, isolate === worker, worker.destroyed]),
      )
      .onSystem("destroyed", (data) => resolve(log.push(["destroyed", data])));
  });
  worker.execute("let i = 0; while (true) { i++; }");
  await over;
  expect(log).toEqual([
    [
      "terminated",
      { reason: "cpu_limit_exceeded", scope: "turn", limitMs: 30, usedMs: expect.any(Number) },
      true,
      true,
    ],
    ["destroyed", { reason: "cpu_limit_exceeded" }],
  ]);
});

test("destroyed alone when the host destroys", async () => {
  const worker = await sandbox.createIsolate();
  let terminated = 0;
  worker.onSystem("terminated", () => terminated++);
  const destroyed = nextSystem(worker, "destroyed");
  worker.destroy();
  expect(await destroyed).toEqual({ reason: "destroyed" });
  expect(terminated).toBe(0);
});

test("destroyed is the last event, after everything the guest sent before", async () => {
  const worker = await sandbox.createIsolate({ cpuMs: 30 });
  const log: string[] = [];
  const over = new Promise<void>((resolve) => {
    worker
      .on("n", (n) => log.push(`message ${n}`))
      .onSystem("error", () => log.push("error"))
      .onSystem("terminated", () => log.push("terminated"))
      .onSystem("destroyed", () => {
        log.push("destroyed");
        resolve();
      });
  });
  worker.execute("NETWORK.send('n', 1); throw new Error()");
  worker.execute("NETWORK.send('n', 2); while (true);");
  worker.execute("NETWORK.send('n', 3)");
  await over;
  // What came after it would have come before this.
  await (await sandbox.createIsolate()).evaluate("0");
  expect(log).toEqual(["message 1", "error", "message 2", "terminated", "destroyed"]);
});

test("unhandled rejections, not those handled by the end of the turn", async () => {
  const worker = await sandbox.createIsolate();
  const first = nextSystem(worker, "unhandledrejection");
  worker.execute(
    `const handled = Promise.reject(new Error('handled'));
     handled.catch(() => {});
     Promise.reject(new TypeError('lost'));`,
    { filename: "r.js" },
  );
  expect(await first).toMatchObject({ name: "TypeError", message: "lost" });
  expect((await first).stack).toContain("r.js:3");
  expect(worker.destroyed).toBe(false);
});

test("errors in timers and handlers", async () => {
  const worker = await sandbox.createIsolate();
  let error = nextSystem(worker, "error");
  worker.execute("setTimeout(() => { throw new Error('timer') }, 1)", { filename: "t.js" });
  expect(await error).toMatchObject({ message: "timer", filename: "t.js", lineno: 1 });
  error = nextSystem(worker, "error");
  worker.execute("NETWORK.on('x', () => { throw new Error('handler') })");
  worker.send("x");
  expect(await error).toMatchObject({ message: "handler" });
});

test("cannot be forged by a guest", async () => {
  const worker = await sandbox.createIsolate();
  let forged = 0;
  for (const type of ["terminated", "destroyed", "error", "drain"] as const) worker.onSystem(type, () => forged++);
  const done = next(worker, "done");
  worker.execute(`
    for (const type of ['terminated', 'destroyed', 'error', 'drain']) NETWORK.send(type, { reason: 'forged' });
    NETWORK.send('done');
  `);
  await done;
  expect([forged, worker.destroyed]).toEqual([0, false]);
});

test("unknown ones are refused", async () => {
  const worker = await sandbox.createIsolate();
  const error = thrown(() => worker.onSystem("exploded" as "destroyed", () => {}));
  expect(error.code).toBe("ERR_ARGUMENT");
  expect(error.message).toContain("terminated");
});
