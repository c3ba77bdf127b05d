/** Isolates that do the same each time: their clock, and what they have by chance. */
import { OptionError } from "./errors.ts";
import { checkOptionNames } from "./option-names.ts";
import { show } from "./show.ts";

/** A clock that the host has set: it stands still while the guest's code runs. */
export interface HostClock {
  /** What the guest's clocks show at its start: a Date, or milliseconds since 1970, UTC. */
  now: number | Date;
  /**
   * `"host"`: time goes on by `isolate.advanceClock()` alone, and timers run then. `"timers"`: besides, it goes on to the next
   * timer by itself when the guest has nothing else to do and no request of its waits for the host, so that waiting takes
   * no time. A guest that sets timers for ever is busy for ever then: give it a `cpuTotalMs`.
   * @defaultValue "host"
   */
  advance?: "host" | "timers" | undefined;
}

/** Chance that is the same each time. */
export interface Seeded {
  /** 0 to 2^53 - 1. */
  seed: number;
  /**
   * `"predictable"`: the seed says also what `crypto.getRandomValues()`, `crypto.randomUUID()` and keys of AES and HMAC are, so
   * that none of these is a secret. Other keys and signatures stay the system's.
   * @defaultValue "system"
   */
  crypto?: "system" | "predictable" | undefined;
}

/** A clock as the engine has it. */
export type ClockSettings =
  | { readonly kind: "live" }
  | { readonly kind: "frozen" }
  | { readonly kind: "host"; readonly startMs: number; readonly jumps: boolean };

/** Seeded, complete and checked. */
export interface RandomSettings {
  readonly seed: number;
  readonly secrets: boolean;
}

/** What a Date can be. */
const DATE_MS_MAX = 8.64e15;

/** @throws ArgumentError, OptionError */
export function checkClock(value: unknown, doing: string): ClockSettings {
  if (value === "live" || value === "frozen") return { kind: value };
  if (typeof value !== "object" || value === null || value instanceof Date) {
    throw new OptionError(
      "clock",
      `${doing}: clock must be "live", "frozen" or { now, advance }, but is ${show(value)}.`,
    );
  }
  checkOptionNames(value, ["now", "advance"], `${doing}: clock`);
  const { now, advance = "host" } = value as { now?: unknown; advance?: unknown };
  const startMs = now instanceof Date ? now.getTime() : now;
  if (typeof startMs !== "number" || !(Math.abs(startMs) <= DATE_MS_MAX)) {
    throw new OptionError("clock.now", `${doing}: clock.now must be a time, a Date or a number, but is ${show(now)}.`);
  }
  if (advance !== "host" && advance !== "timers") {
    throw new OptionError(
      "clock.advance",
      `${doing}: clock.advance must be "host" or "timers", but is ${show(advance)}.`,
    );
  }
  return { kind: "host", startMs, jumps: advance === "timers" };
}

/** @throws ArgumentError, OptionError */
export function checkRandom(value: unknown, doing: string): RandomSettings {
  if (typeof value === "number") return { seed: checkSeed("random", value, doing), secrets: false };
  if (typeof value !== "object" || value === null) {
    throw new OptionError("random", `${doing}: random must be a seed or { seed, crypto }, but is ${show(value)}.`);
  }
  checkOptionNames(value, ["seed", "crypto"], `${doing}: random`);
  const { seed, crypto = "system" } = value as { seed?: unknown; crypto?: unknown };
  if (crypto !== "system" && crypto !== "predictable") {
    throw new OptionError(
      "random.crypto",
      `${doing}: random.crypto must be "system" or "predictable", but is ${show(crypto)}.`,
    );
  }
  return { seed: checkSeed("random.seed", seed, doing), secrets: crypto === "predictable" };
}

function checkSeed(name: string, value: unknown, doing: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new OptionError(name, `${doing}: ${name} must be an integer of 0 to 2^53 - 1, but is ${show(value)}.`);
}
