/**
 * Runs one attack in this process, next to two busy neighbours, and checks what every attack must leave untouched.
 * Silent unless something is broken; then it throws. With ATTACK_REPORT set, one line of JSON says how it went; with
 * ATTACK_DESCRIBE set nothing runs, and one line of JSON says what the attack is.
 */
import { EvaluationError, V8Sandbox } from "../../lib/index.ts";
import type { Isolate, IsolateOptions, SandboxOptions, Termination } from "../../lib/index.ts";
import { peakMb, residentMb, resetPeak } from "./memory-use.ts";
import { Neighbour } from "./neighbour.ts";

/** How far resident memory may pass an isolate's `memoryMb`. */
const OVER_CAP_MB = 64;
/** What may stay resident of a dead isolate: allocators' and V8's own caches. */
const LEFT_MB = 24;
/** An abandoned turn gives back what it has when it next runs, at the lowest priority: on a busy machine not soon. */
const LEFT_WITHIN_MS = 30_000;
/** Longer than that is for ever, also on a busy machine. */
const END_WITHIN_MS = 60_000;

/** The attacker's limits, where an attack does not say otherwise. */
const LIMITS = { memoryMb: 64, cpuMs: 5000 } as const satisfies IsolateOptions;

export interface Attack {
  /** What the guest runs; or `host`. */
  readonly guest?: string;
  /** The reason that `terminated` must give. */
  readonly reason?: Termination["reason"];
  /** Or: the name of the error that the guest gets, and survives. */
  readonly throws?: string;
  /** Or: it comes to nothing, and the isolate goes on. */
  readonly harmless?: true;
  readonly limits?: IsolateOptions;
  readonly sandbox?: SandboxOptions;
  /** CPU time beyond the limit, in milliseconds. 600 for a builtin that does not stop. */
  readonly overshootMs?: number;
  /** An attack that is more than one script. */
  readonly host?: (arena: Arena) => Promise<void>;
  /** Memory that may stay resident, in MiB; otherwise 24. */
  readonly leftMb?: number;
  /** Memory that `host` may make resident, in MiB; otherwise `memoryMb` + 64. */
  readonly peakMb?: number;
}

/** What of an attack another sandbox can run. */
export interface AttackDescription {
  /** Absent where the host attacks. */
  readonly guest?: string | undefined;
  readonly limits: { readonly memoryMb: number; readonly cpuMs: number };
}

/** What an attack works with. */
export interface Arena {
  readonly sandbox: V8Sandbox;
  readonly limits: IsolateOptions;
  /** Runs a script that must end its isolate, and checks how it was told. */
  readonly bomb: (script: string, reason: Termination["reason"], limits?: IsolateOptions) => Promise<Termination>;
}

/** @throws Error what was broken */
export async function attack(attack: Attack): Promise<void> {
  const limits = { ...LIMITS, ...attack.limits };
  if (process.env.ATTACK_DESCRIBE !== undefined) {
    console.log(JSON.stringify({ guest: attack.guest, limits } satisfies AttackDescription));
    return;
  }
  const sandbox = new V8Sandbox({ threads: 2, ...attack.sandbox });
  const neighbours = [await Neighbour.in(sandbox), await Neighbour.in(sandbox)];
  const startMb = residentMb();
  resetPeak();
  const began = performance.now();
  const outcome = await carryOut(attack, sandbox, limits);
  const attackMs = performance.now() - began;
  const grownMb = peakMb() - startMb;
  for (const neighbour of neighbours) await neighbour.check();
  const boundMb = attack.peakMb ?? limits.memoryMb + OVER_CAP_MB;
  expect(grownMb <= boundMb, `resident memory grew by ${grownMb.toFixed(1)} MB, ${boundMb} are allowed`);
  const leftBoundMb = attack.leftMb ?? LEFT_MB;
  const leftMb = await settle(startMb, leftBoundMb);
  for (const neighbour of neighbours) await neighbour.check();
  const stats = sandbox.stats();
  const slowestMs = Math.max(...neighbours.map((neighbour) => neighbour.slowestMs));
  for (const neighbour of neighbours) await neighbour.stop();
  await sandbox.shutdown();
  expect(leftMb <= leftBoundMb, `${leftMb.toFixed(1)} MB are still resident`);
  if (process.env.ATTACK_REPORT === undefined) return;
  const contained = stats.contained > 0;
  console.log(
    JSON.stringify({
      outcome,
      attackMs,
      grownMb,
      leftMb,
      slowestMs,
      contained,
      abandoned: stats.abandoned,
      boundMb,
      leftBoundMb,
    }),
  );
}

/** @returns how it ended, in a word */
async function carryOut(attack: Attack, sandbox: V8Sandbox, limits: IsolateOptions): Promise<string> {
  const arena: Arena = {
    sandbox,
    limits,
    bomb: (script, reason, own) => bomb(sandbox, script, reason, { ...limits, ...own }, attack.overshootMs ?? 50),
  };
  if (attack.host !== undefined) {
    await within(attack.host(arena), 2 * END_WITHIN_MS, "the attack's end");
    return attack.reason ?? "withstood";
  }
  const script = attack.guest ?? "";
  if (attack.reason !== undefined) return (await arena.bomb(script, attack.reason)).reason;

  const isolate = await sandbox.createIsolate(limits);
  const failure = await within(settled(isolate.evaluate(script)), END_WITHIN_MS, "an answer");
  const name = failure instanceof EvaluationError ? failure.guest.name : undefined;
  const text = failure === undefined ? "" : String(failure);
  if (attack.throws !== undefined) {
    expect(name === attack.throws, `not ${attack.throws}, but "${text}"`);
  } else {
    expect(failure === undefined, `it failed: ${text}`);
  }
  expect((await isolate.evaluate("1 + 1")) === 2, "the isolate is not usable any more");
  isolate.destroy();
  await within(ended(isolate), END_WITHIN_MS, "destroyed");
  return attack.throws ?? "withstood";
}

async function bomb(
  sandbox: V8Sandbox,
  script: string,
  reason: string,
  limits: IsolateOptions,
  overshootMs: number,
): Promise<Termination> {
  const isolate = await sandbox.createIsolate(limits);
  let termination: Termination | undefined;
  isolate.onSystem("terminated", (event) => (termination = event));
  const end = ended(isolate);
  isolate.evaluate(script).catch(() => undefined);
  const destroyedFor = await within(end, END_WITHIN_MS, "destroyed");
  if (termination === undefined) throw new Error(`no terminated event, but destroyed for ${destroyedFor}`);
  expect(termination.reason === reason, `terminated for ${termination.reason} instead of ${reason}`);
  expect(destroyedFor === reason, `destroyed for ${destroyedFor} instead of ${reason}`);
  const { limitMb, limitMs, usedMs } = termination;
  if (reason === "memory_limit_exceeded") expect(limitMb === limits.memoryMb, `limitMb is ${limitMb}`);
  if (reason === "cpu_limit_exceeded") {
    const limit = termination.scope === "total" ? limits.cpuTotalMs : limits.cpuMs;
    expect(limitMs === limit, `limitMs is ${limitMs}`);
    const over = (usedMs ?? 0) - (limitMs ?? 0);
    expect(over >= 0 && over <= overshootMs, `${usedMs} ms of CPU used, ${limitMs} allowed`);
  }
  return termination;
}

/** Why the isolate ended, once it has. */
export function ended(isolate: Isolate): Promise<string> {
  return new Promise((resolve) => isolate.onSystem("destroyed", ({ reason }) => resolve(reason)));
}

/** The error a promise rejects with; undefined if it does not. */
export function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** @throws Error if the promise takes longer */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Error with this message if it does not hold */
export function expect(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

/** Waits until what the attack made resident is given back. Returns what is left, in MiB. */
async function settle(startMb: number, boundMb: number): Promise<number> {
  const deadline = performance.now() + LEFT_WITHIN_MS;
  for (;;) {
    // The host's own garbage is not what is asked for.
    Bun.gc(true);
    const left = residentMb() - startMb;
    if (left <= boundMb || performance.now() > deadline) return left;
    await Bun.sleep(50);
  }
}
