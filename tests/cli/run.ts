import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const cli = join(import.meta.dir, "../../lib/cli.ts");

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
  return ended(start(cwd, ...args));
}

/** Runs it with something on its standard input, or in another environment. */
export async function runWith(
  { cwd, stdin = "", env = {} }: { cwd: string; stdin?: string; env?: Record<string, string> },
  ...args: string[]
): Promise<Run> {
  const child = Bun.spawn([process.execPath, cli, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  return ended(child);
}

async function ended(child: Bun.Subprocess<Bun.Spawn.Writable, "pipe", "pipe">): Promise<Run> {
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode: child.exitCode, signal: child.signalCode as NodeJS.Signals | null };
}

/** An empty folder outside of the clone, with scripts in it; gone when disposed of. */
export function scriptFolder(scripts: Readonly<Record<string, string>>): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "network-runtime-cli-"));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(path, name), text);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
