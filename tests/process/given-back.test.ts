// What a guest's end leaves in its child goes back to the system: the child lives on with its neighbours.
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { pidOf, processSandbox, until } from "./processes.ts";

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

test("a child whose guest had 64 MiB by malloc has them no longer when it has ended", async () => {
  await using sandbox = processSandbox();
  const neighbour = await sandbox.createIsolate();
  await neighbour.evaluate("1");
  const pid = pidOf(neighbour);
  const before = residentMb(pid);
  const bomb = await sandbox.createIsolate({ memoryMb: 64 });
  expect(pidOf(bomb)).toBe(pid);
  const formats = "const all = []; for (;;) all.push(new Intl.DateTimeFormat('en', { dateStyle: 'full' }));";
  await bomb.evaluate(formats).catch(() => {});
  await until(() => residentMb(pid) < before + 24);
  expect(await neighbour.evaluate("6 * 7")).toBe(42);
});
