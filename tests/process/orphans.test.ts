// Nothing of a host's outlives it.
import { expect, test } from "bun:test";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { childrenOf, endOf, pidOf, processSandbox, statusOf, until } from "./processes.ts";

test.each(["SIGKILL", "SIGTERM", "SIGSEGV"] as const)("a host that ends by %s leaves no process", async (signal) => {
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures/host.ts")], {
    stdout: "pipe",
    stderr: "ignore",
  });
  const reader = host.stdout.getReader();
  const { value } = await reader.read();
  const pids = new TextDecoder().decode(value).trim().split(" ").map(Number);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  host.kill(signal);
  await host.exited;
  const isGone = (pid: number): boolean => ["Z", "X", undefined].includes(statusOf(pid)?.state);
  await until(() => pids.every(isGone));
});

test("a Bun Worker that is terminated leaves no process", async () => {
  const worker = new Worker(new URL("./fixtures/worker.ts", import.meta.url).href);
  const pid = await new Promise<number>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data as number);
  });
  expect(statusOf(pid)).toBeDefined();
  worker.terminate();
  await until(() => statusOf(pid) === undefined);
});

test("many rounds leave no process, no zombie and no descriptor", async () => {
  const rounds = Number(process.env.PROCESS_ROUNDS ?? 40);
  await using sandbox = processSandbox();
  const warm = await sandbox.createIsolate({ trustGroup: "warm" });
  await warm.evaluate("1");
  const settled = (): boolean => {
    const { living, spare } = sandbox.stats().processes!;
    return living === 2 && spare === 1;
  };
  await until(settled);
  const before = { descriptors: descriptors(), mappings: mappings() };
  for (let round = 0; round < rounds; round++) {
    const isolate = await sandbox.createIsolate({ trustGroup: `round ${round}` });
    const end = endOf(isolate);
    if (round % 2 === 0) process.kill(pidOf(isolate), "SIGKILL");
    else isolate.destroy();
    await end;
  }
  await until(settled);
  await until(() => childrenOf(process.pid).length === 2);
  // The keeper closes and unmaps a moment after it has told of an end; what the tests before have left may go meanwhile.
  await until(() => descriptors() <= before.descriptors && mappings() <= before.mappings);
});

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Those of memory that is shared with children. */
function mappings(): number {
  return readFileSync("/proc/self/maps", "utf8").split("memfd:network-runtime").length;
}
