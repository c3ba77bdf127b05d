// Which isolates share a process, and which never do.
import { expect, test } from "bun:test";
import { readFileSync, readdirSync } from "node:fs";
import { rejection } from "../api/harness.ts";
import { endOf, pidOf, processSandbox, statusOf, until } from "./processes.ts";

const SCHED_IDLE = 5;

/** How the system schedules the threads of a process. */
function policiesOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      // The name before, in brackets, may contain anything; the policy is the 41st field.
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
      return [Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38])];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

test("isolates of a group share processes, those of different groups never", async () => {
  await using sandbox = processSandbox({ isolatesPerProcess: 2 });
  const pids = async (trustGroup?: string): Promise<number> => {
    const isolate = await sandbox.createIsolate({ trustGroup });
    await isolate.evaluate("1");
    return pidOf(isolate);
  };
  const [a1, b1, none1, a2, b2, none2, a3] = [
    await pids("a"),
    await pids("b"),
    await pids(),
    await pids("a"),
    await pids("b"),
    await pids(),
    await pids("a"),
  ];
  expect([a2, b2, none2]).toEqual([a1, b1, none1]);
  expect(new Set([a1, b1, none1, a3]).size).toBe(4);
});

test("a process ends with its group's last isolate, and is nobody else's after", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate({ trustGroup: "a" });
  const pid = pidOf(isolate);
  const end = endOf(isolate);
  isolate.destroy();
  await end;
  await until(() => statusOf(pid) === undefined);
  const again = await sandbox.createIsolate({ trustGroup: "a" });
  expect(pidOf(again)).not.toBe(pid);
});

test("the process of those without a group stays for more of them", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  const pid = pidOf(isolate);
  const end = endOf(isolate);
  isolate.destroy();
  await end;
  expect(pidOf(await sandbox.createIsolate())).toBe(pid);
});

test("a process with a turn that does not stop takes no more isolates, and ends with the others", async () => {
  await using sandbox = processSandbox({ cpuMs: 50 });
  const isolate = await sandbox.createIsolate();
  const neighbour = await sandbox.createIsolate();
  const pid = pidOf(isolate);
  const end = endOf(isolate);
  // A builtin that heeds no termination.
  isolate.execute("const a = []; a.length = 4294967290; a[5] = 1; a.reverse()");
  expect(await end).toMatchObject([{ reason: "cpu_limit_exceeded" }, "cpu_limit_exceeded"]);
  expect(await neighbour.evaluate("6 * 7")).toBe(42);
  expect(pidOf(await sandbox.createIsolate())).not.toBe(pid);
  expect(sandbox.stats()).toMatchObject({ leakedBytes: 0, abandoned: 0 });
  neighbour.destroy();
  await until(() => statusOf(pid) === undefined);
});

test("a process that has had a thousand isolates takes no more, and ends with its last", async () => {
  await using sandbox = processSandbox({ isolatesPerProcess: 2 });
  const witness = await sandbox.createIsolate({ trustGroup: "a" });
  const pid = pidOf(witness);
  for (let i = 1; i < 1000; i++) {
    const isolate = await sandbox.createIsolate({ trustGroup: "a" });
    expect(pidOf(isolate)).toBe(pid);
    const end = endOf(isolate);
    isolate.destroy();
    await end;
  }
  expect(pidOf(await sandbox.createIsolate({ trustGroup: "a" }))).not.toBe(pid);
  expect(await witness.evaluate("6 * 7")).toBe(42);
  witness.destroy();
  await until(() => statusOf(pid) === undefined);
});

test("a turn that does not stop gets only what time nobody else wants", async () => {
  await using sandbox = processSandbox({ cpuMs: 50 });
  const isolate = await sandbox.createIsolate();
  const neighbour = await sandbox.createIsolate();
  const end = endOf(isolate);
  // Another, which does not even need memory.
  isolate.execute("('a'.repeat(4e6) + 'b').lastIndexOf('a'.repeat(2e5) + 'c')");
  await end;
  await until(() => policiesOf(pidOf(neighbour)).includes(SCHED_IDLE));
});

test("more processes than processesMax are a LimitError", async () => {
  await using sandbox = processSandbox({ processesMax: 2 });
  await sandbox.createIsolate({ trustGroup: "a" });
  await sandbox.createIsolate({ trustGroup: "b" });
  expect(await rejection(sandbox.createIsolate({ trustGroup: "c" }))).toMatchObject({ code: "ERR_LIMIT" });
  await sandbox.createIsolate({ trustGroup: "a" });
});

test("a spare waits for the next group", async () => {
  await using sandbox = processSandbox({ spareProcesses: 2 });
  await sandbox.createIsolate();
  await until(() => sandbox.stats().processes!.spare === 2);
  expect(sandbox.stats().processes).toEqual({ living: 3, spare: 2, crashed: 0, started: 3 });
});
