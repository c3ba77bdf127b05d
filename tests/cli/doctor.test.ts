import { describe, expect, test } from "bun:test";
import { checkLimits, type Read } from "../../lib/cli/doctor/system.ts";
import { run, runWith } from "./run.ts";

describe("here", () => {
  test("guests run, and each thing that was looked at is told", async () => {
    const { stdout, stderr, exitCode } = await run(import.meta.dir, "doctor");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    for (const name of ["system", "Bun", "engine", "isolate", "limits", "processes", "files", "threads", "memory"]) {
      expect(stdout).toMatch(new RegExp(`^(?:ok  |warn) ${name} `, "m"));
    }
    expect(stdout).toContain("ok   limits            an endless loop was ended by cpu_limit_exceeded");
  });

  test("--json has the same", async () => {
    const { ok, findings } = JSON.parse((await run(import.meta.dir, "doctor", "--json")).stdout);
    expect(ok).toBe(true);
    expect(findings).toContainEqual(expect.objectContaining({ name: "engine", state: "ok" }));
  });

  test("an engine that is not there: what to do, exit code 1", async () => {
    const env = { NETWORK_RUNTIME_LIB: "/nowhere/libnetwork_runtime.so" };
    const { stdout, exitCode } = await runWith({ cwd: import.meta.dir, env }, "doctor");
    expect(stdout).toMatch(
      /^bad {2}engine +The environment variable NETWORK_RUNTIME_LIB names .* Correct it or unset it\.$/m,
    );
    expect(exitCode).toBe(1);
  });
});

describe("elsewhere", () => {
  const ample: Record<string, string> = {
    "/proc/self/limits":
      "Limit                     Soft Limit           Hard Limit           Units     \n" +
      "Max processes             unlimited            unlimited            processes \n" +
      "Max open files            20000                20000                files     \n" +
      "Max address space         unlimited            unlimited            bytes     \n",
    "/sys/fs/cgroup/pids.max": "max\n",
    "/sys/fs/cgroup/memory.max": "max\n",
    "/proc/sys/vm/max_map_count": "65530\n",
    "/proc/meminfo": "MemTotal:       16384000 kB\n",
  };
  const read =
    (other: Record<string, string> = {}): Read =>
    (path) =>
      ({ ...ample, ...other })[path];
  const states = (reading: Read): Record<string, string> =>
    Object.fromEntries(checkLimits(reading).map(({ name, state }) => [name, state]));
  const fine = { files: "ok", threads: "ok", mappings: "ok", addresses: "ok", memory: "ok" };

  test("enough of everything, or nothing told", () => {
    expect(states(read())).toEqual(fine);
    expect(states(() => undefined)).toEqual(fine);
  });

  test.each([
    [
      "files",
      { "/proc/self/limits": "Max open files            256                  256                  files\n" },
      "ulimit -n",
    ],
    ["threads", { "/sys/fs/cgroup/pids.max": "64\n" }, "pids.max"],
    ["mappings", { "/proc/sys/vm/max_map_count": "30000\n" }, "sysctl vm.max_map_count"],
    [
      "addresses",
      { "/proc/self/limits": "Max address space         4294967296           4294967296           bytes\n" },
      "ulimit -v",
    ],
    ["memory", { "/sys/fs/cgroup/memory.max": "134217728\n" }, "memoryMb"],
  ])("too little: %s", (name, other: Record<string, string>, advice) => {
    expect(states(read(other))).toEqual({ ...fine, [name]: "warn" });
    expect(checkLimits(read(other)).find((found) => found.name === name)!.advice).toContain(advice);
  });
});
