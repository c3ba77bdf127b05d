// A child that ends, however: its isolates are told, and nothing else is hurt.
import { expect, test } from "bun:test";
import { CrashLoopError, TerminatedError } from "../../lib/index.ts";
import { next, rejection } from "../api/harness.ts";
import { childrenOf, endOf, pidOf, processSandbox } from "./processes.ts";

test.each(["SIGSEGV", "SIGKILL", "SIGABRT"] as const)("a process that ends by %s ends its isolates", async (signal) => {
  await using sandbox = processSandbox();
  const one = await sandbox.createIsolate();
  const two = await sandbox.createIsolate();
  const other = await sandbox.createIsolate({ trustGroup: "another" });
  expect(pidOf(two)).toBe(pidOf(one));
  const ends = Promise.all([endOf(one), endOf(two)]);
  const waiting = rejection(one.evaluate("new Promise(() => {})", { filename: "waits.js" }));

  process.kill(pidOf(one), signal);
  for (const end of await ends) {
    expect(end).toMatchObject([{ reason: "process_crashed", signal }, "process_crashed"]);
  }
  const error = await waiting;
  expect(error).toBeInstanceOf(TerminatedError);
  expect(error.code).toBe("ERR_TERMINATED");
  expect(error.message).toContain(`process_crashed, ${signal}`);
  expect(() => one.send("late", 1)).toThrow("process_crashed");

  expect(await other.evaluate("6 * 7")).toBe(42);
  expect(sandbox.stats()).toMatchObject({ leakedBytes: 0, abandoned: 0, processes: { crashed: 1 } });
});

test("what a guest has sent before its process ends arrives, then its end", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  const seen: unknown[] = [];
  isolate.on("n", (n) => seen.push(n));
  isolate.onSystem("terminated", ({ reason }) => seen.push(reason));
  isolate.onSystem("destroyed", () => seen.push("destroyed"));
  // All are in the ring when the answer is.
  const answered = isolate.evaluate("for (let n = 0; n < 1000; n++) NETWORK.send('n', n)");
  await answered;
  const end = endOf(isolate);
  process.kill(pidOf(isolate), "SIGKILL");
  await end;
  expect(seen).toEqual([...Array.from({ length: 1000 }, (_, n) => n), "process_crashed", "destroyed"]);
});

test("a new isolate is made in another process at once", async () => {
  await using sandbox = processSandbox();
  const first = await sandbox.createIsolate();
  const pid = pidOf(first);
  const end = endOf(first);
  process.kill(pid, "SIGSEGV");
  await end;
  const second = await sandbox.createIsolate();
  expect(await second.evaluate("1 + 1")).toBe(2);
  expect(pidOf(second)).not.toBe(pid);
});

test.each([0, 1, 2, 5, 10, 20])("killed %i ms after it was asked for, an isolate rejects or works", async (delayMs) => {
  await using sandbox = processSandbox({ spareProcesses: 0 });
  // The first child is there already.
  const kept = await sandbox.createIsolate({ trustGroup: "kept" });
  const created = sandbox.createIsolate({ trustGroup: "killed" }).then(
    (isolate) => isolate.evaluate("1 + 1"),
    (error: unknown) => error,
  );
  await Bun.sleep(delayMs);
  for (const pid of childPids(pidOf(kept))) process.kill(pid, "SIGKILL");
  const outcome = await created.catch((error: unknown) => error);
  if (outcome !== 2) expect(outcome).toMatchObject({ reason: "process_crashed" });
  expect(await kept.evaluate("2 + 2")).toBe(4);
});

test("killed in the middle of large records, a process leaves whole ones", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  const sizes: number[] = [];
  isolate.on("bytes", (bytes: Uint8Array) => sizes.push(bytes.length));
  isolate.execute("for (;;) NETWORK.send('bytes', new Uint8Array(3_000_000))");
  await next(isolate, "bytes");
  const end = endOf(isolate);
  process.kill(pidOf(isolate), "SIGKILL");
  expect(await end).toMatchObject([{ reason: "process_crashed", signal: "SIGKILL" }, "process_crashed"]);
  expect(new Set(sizes)).toEqual(new Set([3_000_000]));
});

test("a process that is stopped and goes on loses nothing", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  process.kill(pidOf(isolate), "SIGSTOP");
  const answer = isolate.evaluate("'still here'");
  expect(isolate.stats().cpuMs).toBeGreaterThanOrEqual(0);
  process.kill(pidOf(isolate), "SIGCONT");
  expect(await answer).toBe("still here");
});

test("a process that does not end an isolate is ended", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  const neighbour = await sandbox.createIsolate();
  const ends = Promise.all([endOf(isolate), endOf(neighbour)]);
  process.kill(pidOf(isolate), "SIGSTOP");
  isolate.destroy();
  const [own, others] = await ends;
  expect(own).toEqual(["destroyed"]);
  expect(others).toMatchObject([{ reason: "process_crashed", detail: "unresponsive" }, "process_crashed"]);
});

test("shutdown waits for no process", async () => {
  const sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  const end = endOf(isolate);
  process.kill(pidOf(isolate), "SIGSTOP");
  const started = performance.now();
  sandbox.shutdown();
  expect(performance.now() - started).toBeLessThan(2000);
  expect(await end).toEqual(["shutdown"]);
});

test("a group whose processes crash again and again waits for the next one, and nobody else does", async () => {
  await using sandbox = processSandbox({ isolatesPerProcess: 1 });
  const crash = async (): Promise<void> => {
    const isolate = await sandbox.createIsolate({ trustGroup: "bad", name: "tenant" });
    const end = endOf(isolate);
    process.kill(pidOf(isolate), "SIGSEGV");
    await end;
  };
  const other = await sandbox.createIsolate({ trustGroup: "bad" });
  for (let times = 0; times < 6; times++) await crash();
  const { started } = sandbox.stats().processes!;
  const error = await rejection(sandbox.createIsolate({ trustGroup: "bad" }));
  expect(error).toBeInstanceOf(CrashLoopError);
  expect(error).toMatchObject({ code: "ERR_CRASH_LOOP" });
  expect(error.message).toContain('"bad"');
  const { retryAfterMs } = error as CrashLoopError;
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(1000);
  // No process was spent on it.
  expect(sandbox.stats().processes).toMatchObject({ started, crashed: 6 });
  expect(await other.evaluate("6 * 7")).toBe(42);
  expect(await (await sandbox.createIsolate({ trustGroup: "good" })).evaluate("1 + 1")).toBe(2);
  expect(await (await sandbox.createIsolate()).evaluate("1 + 1")).toBe(2);

  await Bun.sleep(retryAfterMs);
  await crash();
  const again = await rejection(sandbox.createIsolate({ trustGroup: "bad" }));
  expect((again as CrashLoopError).retryAfterMs).toBeGreaterThan(1000);
});

/** Our children but this one. */
function childPids(but: number): number[] {
  return childrenOf(process.pid).filter((pid) => pid !== but);
}
