// A child that the system ends because its cgroup has no memory left is told apart from one that was killed.
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./processes.ts";

const host = join(import.meta.dir, "fixtures/out-of-memory.ts");
const BYTES_MAX = 400 * 2 ** 20;

/** Cgroups of both versions, as far as some can be made here, which takes root. */
function makeGroups(): string[] {
  const made: string[] = [];
  for (const [mount, limit] of [
    ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"],
    ["/sys/fs/cgroup", "memory.max"],
  ] as const) {
    const folder = join(mount, `network-runtime-${process.pid}`);
    try {
      mkdirSync(folder);
      if (!existsSync(join(folder, limit))) throw new Error("no cgroups of this version");
      writeFileSync(join(folder, limit), String(BYTES_MAX));
      made.push(folder);
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
    }
  }
  return made;
}

const groups = makeGroups();

describe("in a cgroup with little memory", () => {
  test.each(groups.map((folder) => [folder]))("%s", async (folder) => {
    const command = `echo $$ > ${folder}/cgroup.procs && exec "$0" "$@"`;
    const child = Bun.spawn(["bash", "-c", command, process.execPath, host], { stdout: "pipe", stderr: "inherit" });
    expect(JSON.parse(await child.stdout.text())).toEqual({
      termination: { reason: "process_crashed", signal: "SIGKILL", detail: "out_of_memory" },
      other: 42,
    });
    await child.exited;
    await until(() => readFileSync(join(folder, "cgroup.procs"), "utf8") === "");
    rmdirSync(folder);
  });
});

test("a cgroup was found, or this machine lets nobody make one", () => {
  expect(groups.length > 0 || process.getuid?.() !== 0 || !existsSync("/sys/fs/cgroup/memory")).toBe(true);
});
