import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cli = join(import.meta.dir, "../../lib/cli.ts");

/** What a run of the command came to. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the command as users do, in a process of its own. */
export function start(cwd: string, ...args: string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  return Bun.spawn([process.execPath, cli, ...args], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

/** Runs the command to its end. */
export async function run(cwd: string, ...args: string[]): Promise<Run> {
  const child = start(cwd, ...args);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode: child.exitCode, signal: child.signalCode as NodeJS.Signals | null };
}

/** An empty folder outside of the clone, with scripts in it; gone when disposed of. */
export function scriptFolder(scripts: Readonly<Record<string, string>>): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "network-runtime-cli-"));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(path, name), text);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
