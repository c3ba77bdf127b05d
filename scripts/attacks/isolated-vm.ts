/** isolated-vm's process: node isolated-vm.ts DESCRIPTION. Runs one attack and prints one line of JSON, an Ending. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { requirePackage } from "../../bench/peers/packages.ts";
import type { AttackDescription } from "../../tests/hostile/harness.ts";
import { peakMb, residentMb, resetPeak } from "../../tests/hostile/memory-use.ts";

/** How an attack ended, if the process lives to tell. */
export interface Ending {
  /** "time limit", "memory limit", the name of the guest's error, or "ran to its end". */
  readonly how: string;
  /** The global that the attack needs and isolated-vm's guests do not have. */
  readonly missing: string | undefined;
  /** Elapsed time. */
  readonly ms: number;
  /** The most that was resident over what was before. */
  readonly grownMb: number;
  readonly neighbourAnswers: boolean;
}

/** The little of isolated-vm's types that is used. */
interface Context {
  eval(source: string, options: object): Promise<unknown>;
}
interface Library {
  Isolate: new (options: object) => { createContext(): Promise<Context> };
}

const NEIGHBOUR_TIMEOUT_MS = 5000;
/** What its guests do not have, where scripts catch the ReferenceError. */
const MISSING = ["setTimeout", "WebSocket"];

const ivm = requirePackage<Library>("isolated-vm");

// Should memory run out, this process is the one to go.
writeFileSync("/proc/self/oom_score_adj", "1000");

const { guest = "", limits } = JSON.parse(process.argv[2] ?? "{}") as AttackDescription;
// Both stay in reach: isolated-vm crashes now and then when an isolate's handle is collected early.
// It knows no "unlimited".
const isolates = [64, limits.memoryMb || 4096].map((memoryLimit) => new ivm.Isolate({ memoryLimit }));
const [neighbour, attacker] = await Promise.all(isolates.map((isolate) => isolate.createContext()));
if (neighbour === undefined || attacker === undefined) throw new Error("isolated-vm made no isolates");

resetPeak();
const startMb = residentMb();
const began = performance.now();
const [how, missing] = await attacker
  .eval(guest, { timeout: limits.cpuMs, promise: true, copy: true })
  .then(() => ["ran to its end"], describe);
const ms = performance.now() - began;
const neighbourAnswers = await Promise.race([
  neighbour.eval("Array.from({ length: 1000 }, (_, i) => i).length", {}).then(
    (value) => value === 1000,
    () => false,
  ),
  new Promise<boolean>((resolve) => setTimeout(() => resolve(false), NEIGHBOUR_TIMEOUT_MS)),
]);
const ending: Ending = { how: how ?? "", missing, ms, grownMb: peakMb() - startMb, neighbourAnswers };
process.stdout.write(JSON.stringify(ending), () => process.exit(0));

function describe(error: Error): [how: string, missing?: string] {
  if (error.message.includes("timed out")) return ["time limit"];
  if (error.message.includes("memory limit")) return ["memory limit"];
  const missing = /^(\S+) is not defined/.exec(error.message)?.[1] ?? MISSING.find((name) => guest.includes(name));
  return missing === undefined ? [error.name] : [error.name, missing];
}
