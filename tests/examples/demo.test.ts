import { expect, test } from "bun:test";
import { join } from "node:path";
import { jobs } from "../../examples/demo/jobs.ts";

const DEMO_MS = 120_000;

test(
  "the demo does all its jobs, each with the host's own result, and stops its hog",
  async () => {
    const child = Bun.spawn([process.execPath, "examples/demo/main.ts"], {
      cwd: join(import.meta.dir, "../.."),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    for (const { file } of jobs) expect(stdout).toMatch(new RegExp(`${RegExp.escape(file)} .* same \\([0-9a-f]{8}\\)`));
    expect(stdout).toContain("hog: cpu_limit_exceeded");
    expect(stdout).toContain("undefined,undefined,undefined,undefined");
  },
  DEMO_MS,
);
