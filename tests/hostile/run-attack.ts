/** An attack's process. */

/** A hang is ended after this time. */
export const ATTACK_TIMEOUT_MS = 240_000;

export interface AttackResult {
  readonly stdout: string;
  readonly stderr: string;
  /** `"exit code 0"`, or the signal that ended it. */
  readonly ending: string;
}

/** Runs an attack's file in a process of its own. */
export async function runAttack(file: string, env: Record<string, string> = {}): Promise<AttackResult> {
  const child = Bun.spawn([process.execPath, file], {
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: ATTACK_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  return {
    stdout,
    stderr,
    ending: child.signalCode === null ? `exit code ${child.exitCode}` : String(child.signalCode),
  };
}
