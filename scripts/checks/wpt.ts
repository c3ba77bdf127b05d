import { join } from "node:path";
import { root } from "../setup/paths.mjs";
import { WptCopyError, ensureWptCopy } from "../wpt/copy.ts";
import { collect } from "./output.ts";
import type { Part, PartResult } from "./part.ts";

/** A run that takes longer hangs. */
const TIMEOUT_MS = 9 * 60_000;

/** web-platform-tests against the expectations; a file is one test. */
export function wptPart(): Part {
  return { name: "wpt", run };
}

async function run(): Promise<PartResult> {
  try {
    await ensureWptCopy();
  } catch (error) {
    if (!(error instanceof WptCopyError)) throw error;
    const note = `web-platform-tests were NOT run: ${error.message}`;
    console.log(note);
    // Elsewhere a machine without Debian's packages is no fault of the project's.
    return { passed: 0, failed: process.env["CI"] === "true" ? 1 : 0, note };
  }
  const child = Bun.spawn([process.execPath, join(root, "tests/wpt/main.ts")], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const output = await collect(child.stdout, process.stdout);
  const exitCode = await child.exited;
  const [, passed, failed] = /^(\d+) as expected, (\d+) not$/m.exec(output) ?? [];
  if (passed === undefined) return { passed: 0, failed: 1, note: `no counts, exit code ${exitCode}` };
  if (exitCode !== 0 && failed === "0") return { passed: Number(passed), failed: 1, note: `exit code ${exitCode}` };
  return { passed: Number(passed), failed: Number(failed) };
}
