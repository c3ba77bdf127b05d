/** What the API's tests share. */
import { SandboxError } from "../../lib/index.ts";
import type { Isolate, SystemEvent, SystemEvents } from "../../lib/index.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The next message of this name. */
export function next(isolate: Isolate, event: string): Promise<any> {
  return new Promise((resolve) => isolate.once(event, resolve));
}

/** The next system event of this type. */
export function nextSystem<E extends SystemEvent>(isolate: Isolate, type: E): Promise<SystemEvents[E]> {
  return new Promise((resolve) => {
    const handler = (data: SystemEvents[E]): void => {
      isolate.offSystem(type, handler);
      resolve(data);
    };
    isolate.onSystem(type, handler);
  });
}

/** Waits for what happens beside the test: as long as that takes, which the test's own time limit ends. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(2);
}

/** The error a call throws. */
export function thrown(action: () => unknown): SandboxError {
  try {
    action();
  } catch (error) {
    if (error instanceof SandboxError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The error a promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    (value) => Promise.reject(new Error(`it resolved to ${Bun.inspect(value)}`)),
    (error: unknown) => error,
  );
}

/** What became of a program. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a host program in a process of its own. `V8Sandbox` is imported. */
export async function runHost(program: string, env: Record<string, string> = {}): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "network-runtime-"));
  const library = resolve(import.meta.dir, "../../lib/index.ts");
  try {
    const file = join(folder, "program.ts");
    writeFileSync(file, `import { V8Sandbox, SandboxError } from ${JSON.stringify(library)};\n${program}\n`);
    return await runFile(file, env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program's file; a hang is killed. */
export async function runFile(file: string, env: Record<string, string> = {}): Promise<Outcome> {
  const child = Bun.spawn([process.execPath, file], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}
