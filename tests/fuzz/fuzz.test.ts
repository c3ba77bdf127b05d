// A short run of each fuzzer, in a process of its own; `bun run fuzz` makes long ones.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { FUZZERS } from "./fuzzers.ts";

const SECONDS = "3";

test.each(FUZZERS)(
  "%s",
  async (file) => {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, file)], {
      env: { FUZZ_SECONDS: SECONDS, ...process.env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 300_000,
      killSignal: "SIGKILL",
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    const outcome = { exitCode: child.exitCode, signal: child.signalCode, stderr };
    expect(outcome, stdout).toEqual({ exitCode: 0, signal: null, stderr: "" });
    console.log(stdout.trim());
  },
  360_000,
);
