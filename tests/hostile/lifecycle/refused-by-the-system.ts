// A system that refuses addresses and pages at any moment, and does not take pages back: while isolates are made, work, and
// end. Whatever dies of it is a guest.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "../harness.ts";
import { zig, zigCacheOptions } from "../../../scripts/setup/paths.mjs";

const folder = mkdtempSync(join(tmpdir(), "refusing-"));
const library = join(folder, "librefusing.so");
const here = join(import.meta.dir, "..");

async function run(command: string[], env: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn(command, { cwd: folder, env: { ...process.env, ...env }, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  const ending = child.signalCode ?? child.exitCode;
  expect(ending === 0, `${JSON.stringify(env)}: the process ended with ${ending}: ${stderr}`);
  return stdout;
}

try {
  const options = ["-dynamic", "-OReleaseSmall", "-lc", `-femit-bin=${library}`, ...zigCacheOptions];
  await run([zig, "build-lib", ...options, join(here, "refusing.zig")]);
  const preloaded = [process.env.LD_PRELOAD, library].filter((file) => file !== undefined).join(":");
  /** One of how many is refused, from which call on. An isolate's making takes some 500. */
  for (const [every, from] of [
    [5, 500],
    [5, 1_500],
    [20, 500],
    [20, 1_500],
    [60, 500],
    [200, 500],
  ]) {
    const env = { LD_PRELOAD: preloaded, REFUSE_EVERY: `${every}`, REFUSE_FROM: `${from}`, REFUSE_SEED: "1" };
    const outcomes = JSON.parse(await run([process.execPath, join(here, "refused-host.ts")], env)) as Record<
      string,
      number
    >;
    const odd = Object.keys(outcomes).filter((outcome) => !/^(answered|(creation )?ERR_\w+)$/.test(outcome));
    expect(odd.length === 0, `${every}, ${from}: ${odd.join()}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
