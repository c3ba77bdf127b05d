/** Every option: what it means, its unit, its minimum and its default. */
import { ArgumentError, OptionError } from "./errors.ts";

const MIB = 1024 * 1024;

/**
 * Limits and switches of one isolate. Given to `new V8Sandbox()` they are the defaults of its isolates. `0` means
 * unlimited, unless an option says otherwise.
 */
export interface IsolateOptions {
  /**
   * CPU time of one turn (one script, message, timer or answer, with the microtasks it leads to), in milliseconds.
   * Exceeding it terminates the isolate with `cpu_limit_exceeded`. Minimum 1, or 0.
   * @defaultValue 10_000
   */
  cpuMs?: number | undefined;
  /**
   * CPU time of all turns together, in milliseconds. Exceeding it terminates the isolate with `cpu_limit_exceeded`.
   * Minimum 1, or 0.
   * @defaultValue 0
   */
  cpuTotalMs?: number | undefined;
  /**
   * CPU time over a second of time, in parts of one processor. An isolate that has used more waits before its next turn;
   * no turn is interrupted for it. Answers timers that re-arm for ever. 0.001 to 1, or 0.
   * @defaultValue 0
   */
  cpuShare?: number | undefined;
  /**
   * Elapsed time of one turn, or of one `evaluate`, in milliseconds. Exceeding it terminates the isolate with
   * `wall_limit_exceeded`. Minimum 1, or 0.
   * @defaultValue 0
   */
  wallMs?: number | undefined;
  /**
   * Memory of the isolate in MiB: heap, ArrayBuffers, WebAssembly memory and queued messages. Exceeding it terminates
   * the isolate with `memory_limit_exceeded`. Minimum 8, or 0.
   * @defaultValue 128
   */
  memoryMb?: number | undefined;
  /**
   * Messages queued for the guest and not yet delivered, in bytes. Beyond it the host's calls throw BackpressureError.
   * Minimum 1,024, or 0.
   * @defaultValue 134_217_728 (128 MiB)
   */
  mailboxBytesMax?: number | undefined;
  /**
   * Messages the guest has sent and the host has not yet taken, in bytes. Beyond it the guest is paused. Minimum 1,024,
   * or 0.
   * @defaultValue 16_777_216 (16 MiB)
   */
  outboundBytesMax?: number | undefined;
  /**
   * One message, either way, in bytes. Minimum 1,024, or 0.
   * @defaultValue 67_108_864 (64 MiB)
   */
  messageBytesMax?: number | undefined;
  /**
   * Requests of the guest that the host has not yet answered. Minimum 1, or 0.
   * @defaultValue 10_000
   */
  requestsMax?: number | undefined;
  /**
   * Timers the guest has armed. Minimum 1, or 0.
   * @defaultValue 100_000
   */
  timersMax?: number | undefined;
  /**
   * Stack of the guest in KiB, 64 to 984; there is no unlimited.
   * @defaultValue 984
   */
  stackKb?: number | undefined;
  /**
   * `"frozen"`: the guest's clocks stand still while a turn runs, so that it cannot time what it does.
   * @defaultValue "live"
   */
  clock?: "live" | "frozen" | undefined;
  /**
   * Whether the guest has WebAssembly.
   * @defaultValue true
   */
  wasm?: boolean | undefined;
  /**
   * Whether the guest may make code from strings: `eval`, `Function` and its relatives, timers given a string. If not,
   * they throw EvalError. Scripts of the host run in any case.
   * @defaultValue true
   */
  codegen?: boolean | undefined;
  /**
   * What a fatal error inside V8 does that is neither a limit nor known to be harmless to the rest of the process:
   * `"abort"` ends the process, because V8's state can no longer be trusted; `"contain"` ends the isolate with
   * `engine_error`. Memory that runs out is always contained.
   * @defaultValue "abort"
   */
  onFatal?: "abort" | "contain" | undefined;
}

/** Options of a sandbox, and the defaults of its isolates. */
export interface SandboxOptions extends IsolateOptions {
  /**
   * How many isolates may run JavaScript at the same time, 1 to 256.
   * @defaultValue the number of available processors, at most 16
   */
  threads?: number | undefined;
  /**
   * Living isolates, 1 to 100,000.
   * @defaultValue 10_000
   */
  isolatesMax?: number | undefined;
  /**
   * Messages of all guests together that the host has not yet taken, in bytes. Beyond it guests are paused. Minimum
   * 65,536.
   * @defaultValue 268_435_456 (256 MiB)
   */
  outboundBytesTotalMax?: number | undefined;
  /**
   * After traffic, how long both sides look for more before they sleep, in microseconds, 0 (never) to 1,000. More makes
   * quick exchanges quicker, for some CPU time.
   * @defaultValue 50
   */
  spinUs?: number | undefined;
}

/** Options of one `evaluate`. */
export interface EvaluateOptions extends CallOptions {
  /**
   * The script's name in the guest's stacks and errors.
   * @defaultValue "evaluate.js"
   */
  filename?: string | undefined;
}

/** Options of one `execute`. */
export interface ExecuteOptions {
  /**
   * The script's name in the guest's stacks and errors.
   * @defaultValue "execute.js"
   */
  filename?: string | undefined;
}

/** Options of one call that waits for the guest. */
export interface CallOptions {
  /** Gives the call up when aborted: the promise rejects with AbortError and the guest's turn is ended. */
  signal?: AbortSignal | undefined;
  /**
   * Gives the call up after this time, in milliseconds, 1 to 2,147,483,647, or 0 for never: the promise rejects with
   * TimeoutError and the guest's turn is ended.
   * @defaultValue 0
   */
  timeoutMs?: number | undefined;
}

/** IsolateOptions, complete and checked. */
export interface IsolateLimits {
  readonly cpuMs: number;
  readonly cpuTotalMs: number;
  readonly cpuShare: number;
  readonly wallMs: number;
  readonly memoryMb: number;
  readonly mailboxBytesMax: number;
  readonly outboundBytesMax: number;
  readonly messageBytesMax: number;
  readonly requestsMax: number;
  readonly timersMax: number;
  readonly stackKb: number;
  readonly clock: "live" | "frozen";
  readonly wasm: boolean;
  readonly codegen: boolean;
  readonly onFatal: "abort" | "contain";
}

/** SandboxOptions, complete and checked, without the isolates' defaults. */
export interface SandboxLimits {
  readonly threads: number;
  readonly isolatesMax: number;
  readonly outboundBytesTotalMax: number;
  readonly spinUs: number;
}

/** What a number may be: `zero` says whether 0 (unlimited) is allowed besides minimum..maximum. */
interface Range {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
  readonly zero: boolean;
  readonly unit: string;
}

const milliseconds: Range = { minimum: 1, maximum: 1e12, integer: false, zero: true, unit: "milliseconds" };
const queueBytes: Range = { minimum: 1024, maximum: 2 ** 40, integer: true, zero: true, unit: "bytes" };
const timeout: Range = { minimum: 1, maximum: 2 ** 31 - 1, integer: false, zero: true, unit: "milliseconds" };

const isolateRanges = {
  cpuMs: milliseconds,
  cpuTotalMs: milliseconds,
  cpuShare: { minimum: 0.001, maximum: 1, integer: false, zero: true, unit: "processors" },
  wallMs: milliseconds,
  memoryMb: { minimum: 8, maximum: 2 ** 20, integer: false, zero: true, unit: "MiB" },
  mailboxBytesMax: queueBytes,
  outboundBytesMax: queueBytes,
  // One payload's length is a u32 of the ABI.
  messageBytesMax: { ...queueBytes, maximum: 2 ** 31 - 1 },
  requestsMax: { minimum: 1, maximum: 2 ** 31 - 1, integer: true, zero: true, unit: "requests" },
  timersMax: { minimum: 1, maximum: 2 ** 31 - 1, integer: true, zero: true, unit: "timers" },
  stackKb: { minimum: 64, maximum: 984, integer: true, zero: false, unit: "KiB" },
} as const satisfies Record<string, Range>;

const sandboxRanges = {
  threads: { minimum: 1, maximum: 256, integer: true, zero: false, unit: "threads" },
  isolatesMax: { minimum: 1, maximum: 100_000, integer: true, zero: false, unit: "isolates" },
  outboundBytesTotalMax: { minimum: 65_536, maximum: 2 ** 40, integer: true, zero: false, unit: "bytes" },
  spinUs: { minimum: 0, maximum: 1000, integer: false, zero: true, unit: "microseconds" },
} as const satisfies Record<string, Range>;

const isolateDefaults: IsolateLimits = {
  cpuMs: 10_000,
  cpuTotalMs: 0,
  cpuShare: 0,
  wallMs: 0,
  memoryMb: 128,
  mailboxBytesMax: 128 * MIB,
  outboundBytesMax: 16 * MIB,
  messageBytesMax: 64 * MIB,
  requestsMax: 10_000,
  timersMax: 100_000,
  stackKb: 984,
  clock: "live",
  wasm: true,
  codegen: true,
  onFatal: "abort",
};

/**
 * Checks a sandbox's options and completes them.
 * @throws ArgumentError, OptionError
 */
export function resolveSandboxOptions(options: SandboxOptions): { sandbox: SandboxLimits; isolate: IsolateLimits } {
  const given = optionsObject(options, "new V8Sandbox()");
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(isolateDefaults, name) && !Object.hasOwn(sandboxRanges, name))
      throw unknownOption(name, "new V8Sandbox()");
  }
  const number = (name: keyof typeof sandboxRanges, fallback: number): number =>
    given[name] === undefined ? fallback : checkNumber(name, given[name], sandboxRanges[name]);
  return {
    sandbox: {
      threads: number("threads", Math.min(Math.max(navigator.hardwareConcurrency, 1), 16)),
      isolatesMax: number("isolatesMax", 10_000),
      outboundBytesTotalMax: number("outboundBytesTotalMax", 256 * MIB),
      spinUs: number("spinUs", 50),
    },
    isolate: mergeIsolateOptions(given, isolateDefaults),
  };
}

/**
 * Checks an isolate's options and completes them with the sandbox's defaults.
 * @throws ArgumentError, OptionError
 */
export function resolveIsolateOptions(options: IsolateOptions, defaults: IsolateLimits): IsolateLimits {
  const given = optionsObject(options, "createIsolate()");
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(isolateDefaults, name)) continue;
    if (Object.hasOwn(sandboxRanges, name)) {
      throw new OptionError(
        name,
        `createIsolate(): "${name}" is an option of the sandbox: give it to new V8Sandbox().`,
      );
    }
    throw unknownOption(name, "createIsolate()");
  }
  return mergeIsolateOptions(given, defaults);
}

/**
 * Checks `timeoutMs`.
 * @returns the milliseconds, 0 for never
 * @throws OptionError
 */
export function resolveTimeout(timeoutMs: number | undefined): number {
  return timeoutMs === undefined ? 0 : checkNumber("timeoutMs", timeoutMs, timeout);
}

function mergeIsolateOptions(given: Record<string, unknown>, defaults: IsolateLimits): IsolateLimits {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [name, range] of Object.entries(isolateRanges)) {
    if (given[name] !== undefined) merged[name] = checkNumber(name, given[name], range);
  }
  for (const name of ["wasm", "codegen"] as const) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== "boolean")
      throw new OptionError(name, `${name} must be true or false, but is ${show(value)}.`);
    merged[name] = value;
  }
  if (given.clock !== undefined) {
    if (given.clock !== "live" && given.clock !== "frozen") {
      throw new OptionError("clock", `clock must be "live" or "frozen", but is ${show(given.clock)}.`);
    }
    merged.clock = given.clock;
  }
  if (given.onFatal !== undefined) {
    if (given.onFatal !== "abort" && given.onFatal !== "contain") {
      throw new OptionError("onFatal", `onFatal must be "abort" or "contain", but is ${show(given.onFatal)}.`);
    }
    merged.onFatal = given.onFatal;
  }
  return merged as unknown as IsolateLimits;
}

function checkNumber(name: string, value: unknown, range: Range): number {
  const isNumber = typeof value === "number" && (!range.integer || Number.isInteger(value));
  const inRange = isNumber && ((value >= range.minimum && value <= range.maximum) || (range.zero && value === 0));
  if (inRange) return value;
  const kind = range.integer ? "an integer" : "a number";
  const unlimited = range.zero && range.minimum > 0 ? ", or 0 for unlimited" : "";
  const bounds = `${range.minimum} to ${range.maximum} ${range.unit}${unlimited}`;
  throw new OptionError(name, `${name} must be ${kind} of ${bounds}, but is ${show(value)}.`);
}

function optionsObject(options: unknown, doing: string): Record<string, unknown> {
  if (typeof options === "object" && options !== null) return options as Record<string, unknown>;
  throw new ArgumentError(`${doing}: the options must be an object, but are ${show(options)}.`);
}

function unknownOption(name: string, doing: string): OptionError {
  const known = [...Object.keys(isolateDefaults), ...(doing === "createIsolate()" ? [] : Object.keys(sandboxRanges))];
  return new OptionError(name, `${doing}: there is no option "${name}". There are: ${known.join(", ")}.`);
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || value == null) return String(value);
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : `of type ${typeof value}`;
}
