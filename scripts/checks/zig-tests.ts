import { buildOptions } from "../setup/engine.mjs";
import { root, zig } from "../setup/paths.mjs";
import { countZig } from "./counts.ts";
import { collect } from "./output.ts";
import type { Part } from "./part.ts";

/** `zig build test`: the engine's own tests, counted from Zig's summary. */
export function zigTestPart(): Part {
  return { name: "zig build test", run };
}

async function run(): ReturnType<Part["run"]> {
  const child = Bun.spawn([zig, "build", "test", "--summary", "all", ...buildOptions(process.execPath)], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "pipe",
  });
  const output = await collect(child.stderr, process.stdout);
  const exitCode = await child.exited;
  const counts = countZig(output);
  if (counts === undefined) return { passed: 0, failed: 1, note: `no test summary, exit code ${exitCode}` };
  const failed = counts.failed + counts.skipped;
  if (exitCode !== 0 && failed === 0) return { passed: counts.passed, failed: 1, note: `exit code ${exitCode}` };
  return { passed: counts.passed, failed, ...(counts.skipped > 0 && { note: `${counts.skipped} skipped` }) };
}
