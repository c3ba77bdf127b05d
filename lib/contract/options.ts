/** Every option: what it means, its unit, its minimum and its default. */
import { engineLanguages } from "./engine-languages.ts";
import { OptionError } from "./errors.ts";
import { checkClock, checkRandom } from "./determinism.ts";
import type { ClockSettings, HostClock, RandomSettings, Seeded } from "./determinism.ts";
import type { Untyped } from "./events.ts";
import type { Modules } from "./modules.ts";
import { checkCallNames, checkOptionNames } from "./option-names.ts";
import { checkTexts } from "./option-values.ts";
import type { PlatformAbortSignal } from "./platform.ts";
import { callRanges, checkNumber, isolateRanges, sandboxRanges } from "./ranges.ts";
import type { Range } from "./ranges.ts";
import { show } from "./show.ts";

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
   * the isolate with `memory_limit_exceeded`. A whole number of at least 8, or 0.
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
   * What the host keeps on the guest's behalf, in bytes: requests that handlers are at work on, answers and WebSockets'
   * messages that the guest has not taken, fetches' bodies on their way. Beyond it the guest's requests and answers to
   * them fail with LimitError, and its WebSockets are closed. One thing always fits. Minimum 1,024, or 0.
   * @defaultValue 67_108_864 (64 MiB)
   */
  hostBytesMax?: number | undefined;
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
   * `"frozen"`: the guest's clocks stand still while a turn runs, so that it cannot time what it does. `{ now, advance }`:
   * they are the host's, and so are the timers.
   * @defaultValue "live"
   */
  clock?: "live" | "frozen" | HostClock | undefined;
  /**
   * A seed, 0 to 2^53 - 1: what the guest has by chance (`Math.random()`, the names of blobs) is the same for the same seed. Not
   * `crypto`, unless that is asked for: see {@link Seeded}.
   * @defaultValue the system's chance
   */
  random?: number | Seeded | undefined;
  /**
   * The guest's local time zone, of its Date, Intl and Temporal: a name of the IANA database, `"Europe/Berlin"`. The
   * host's environment (`TZ`) says nothing.
   * @defaultValue "UTC"
   */
  timeZone?: string | undefined;
  /**
   * The default locale of the guest's Intl and of `toLocaleString`, and its `navigator.language`: a language tag (BCP 47)
   * without extensions, `"de-AT"`, of one of the 52 languages that Chromium has. The host's environment (`LANG`) says
   * nothing.
   * @defaultValue "en-US"
   */
  locale?: string | undefined;
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

/**
 * A layer of a child process's confinement: `"seccomp"`, a filter of system calls that ends the process;
 * `"no_new_privileges"`; `"landlock"`, no files, connections or signals to others; `"namespaces"` of its own for users,
 * mounts, network, shared memory and names; `"unprivileged"`, no capabilities and not root; `"no_jit"`, no memory that is
 * executable but the engine's own.
 */
export type IsolationLayer = "seccomp" | "no_new_privileges" | "landlock" | "namespaces" | "unprivileged" | "no_jit";

/** Isolates in child processes that are confined by the operating system. */
export interface ProcessIsolation {
  /** `"process"` */
  kind: "process";
  /**
   * Layers without which there shall be no sandbox, besides `"seccomp"` and `"no_new_privileges"`, without which there is
   * none in any case. Others are taken where the system has them; `sandbox.isolation` says which those are.
   * @defaultValue []
   */
  require?: readonly IsolationLayer[] | undefined;
}

/**
 * Options of one new isolate.
 * @typeParam Data - what its `data` is
 */
export interface CreateIsolateOptions<Data = Untyped> extends IsolateOptions {
  /**
   * What the isolate is called, 1 to 200 UTF-16 code units: `isolate.name`. It is in messages of errors, in
   * `error.isolateName`, in `isolate.stats()` and in `String(isolate)`. Names need not differ. The guest does not learn it.
   */
  name?: string | undefined;
  /**
   * Whose the isolate is, 1 to 200 UTF-16 code units, with `isolation: "process"`. Isolates of different groups never share
   * a process, and no process is handed from one group to another. Those without a group are a group of their own.
   */
  trustGroup?: string | undefined;
  /** Anything of the host's own that belongs to the isolate: `isolate.data`. It is neither copied nor shown to the guest. */
  data?: Data;
}

/** Options of a sandbox, and the defaults of its isolates. */
export interface SandboxOptions extends IsolateOptions {
  /**
   * How many isolates may run JavaScript at the same time, 1 to 256.
   * @defaultValue the number of available processors, at most 16
   */
  threads?: number | undefined;
  /**
   * Threads beyond those, 0 to 1,024, which hold turns that gave way to others, or wait for the host to take what they sent.
   * With none left such turns change places with each other only, and who has not begun waits. The engine makes no more of
   * them than a quarter of the threads that the system allows the process, and waits while the system gives none.
   * @defaultValue 32
   */
  spareThreads?: number | undefined;
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
  /**
   * What becomes of it when `bun --hot` evaluates changed code anew: `"end"` shuts it down, as the code that used it is
   * gone; `"keep"` is for one that the new code finds again, on `globalThis` for instance.
   * @defaultValue "end"
   */
  hot?: "end" | "keep" | undefined;
  /**
   * What is between guests and host: `"isolate"`, V8 and this library; `"process"`, the operating system besides, as
   * isolates are in child processes that may do almost nothing. See docs/security.md.
   * @defaultValue "isolate"
   */
  isolation?: "isolate" | "process" | ProcessIsolation | undefined;
  /**
   * Texts of the modules of all templates, in bytes; of each template 64 KiB besides. Beyond it `template()` rejects with
   * LimitError. V8's code of a template's modules takes up to four times its texts. 65,536 to 2,147,483,647.
   * @defaultValue 67_108_864 (64 MiB)
   */
  templateBytesMax?: number | undefined;
  /**
   * With `isolation: "process"`: isolates of one group that share a process, 1 to 256. They end together if it crashes.
   * @defaultValue 16
   */
  isolatesPerProcess?: number | undefined;
  /**
   * With `isolation: "process"`: child processes, 1 to 4,096.
   * @defaultValue 64
   */
  processesMax?: number | undefined;
  /**
   * With `isolation: "process"`: processes that are started ahead and wait for a group, 0 to 64, of `processesMax`.
   * @defaultValue 1
   */
  spareProcesses?: number | undefined;
  /**
   * Whether V8 makes machine code of what guests run. `false` needs `isolation: "process"`: then nothing but the engine's own
   * code is executable in the child. Programs are up to fifty times slower, and there is no WebAssembly.
   * @defaultValue true
   */
  jit?: boolean | undefined;
}

/** What a script may be written in. */
export const scriptLanguages = ["js", "jsx", "ts", "tsx"] as const;

/** What a script is written in, and how its places are counted. */
export interface ScriptOptions {
  /**
   * The script's name in the guest's stacks and errors.
   * @defaultValue "evaluate.js" or "execute.js"; with `language` that is its extension
   */
  filename?: string | undefined;
  /**
   * What it is written in. What is not JavaScript goes through Bun's transpiler on the host first, at most 4 Mi UTF-16 code
   * units, and 4,000 times `<`; errors name places in the original.
   * @defaultValue "js"
   */
  language?: (typeof scriptLanguages)[number] | undefined;
  /**
   * Its source map, as JSON or as an object, indexed ones too: stacks, errors and console name places in its sources. Only of
   * JavaScript.
   * @defaultValue the one in its last line (`//# sourceMappingURL=data:application/json;base64,…`), if it has one
   */
  sourceMap?: string | object | undefined;
  /**
   * Lines that are before the first of the script where its author counts them, -1,000,000 to 1,000,000; negative: so many
   * of its own are not counted.
   * @defaultValue 0
   */
  lineOffset?: number | undefined;
  /**
   * Columns that are before its first line, likewise.
   * @defaultValue 0
   */
  columnOffset?: number | undefined;
  /**
   * Whether it is the body of an async function: it may `return`, which is its value, and what it declares is its own.
   * @defaultValue false
   */
  functionBody?: boolean | undefined;
}

/**
 * Options of one `evaluate`.
 * @typeParam Args - what may be bound
 */
export interface EvaluateOptions<Args extends object = object> extends CallOptions, ScriptOptions {
  /**
   * Names that are bound in this script, and their values: anything structured clone can copy, never part of the text. They
   * are as if declared by `let` in the script, so that it cannot declare them again: it and its functions have them, also
   * instead of globals of the same name, and nobody else does. Each name is an identifier and no reserved word.
   */
  args?: Args | undefined;
}

/** Options of one `execute`. */
export interface ExecuteOptions extends ScriptOptions {}

/** Options of one `import`. */
export interface ImportOptions extends CallOptions {
  /**
   * Where the module, and all that it imports, is found: then and later, by its own `import()`. Read when it is first given
   * to the isolate, and kept until its end: give the same object again. Without it, where the last import's modules were, or
   * those of the isolate's template.
   */
  modules?: Modules | undefined;
}

/** Options of one call that waits for the guest. */
export interface CallOptions {
  /** Gives the call up when aborted: the promise rejects with AbortError and the guest's turn is ended. */
  signal?: PlatformAbortSignal | undefined;
  /**
   * Gives the call up after this time, in milliseconds, 1 to 2,147,483,647, or 0 for never: the promise rejects with
   * TimeoutError and the guest's turn is ended.
   * @defaultValue 0
   */
  timeoutMs?: number | undefined;
}

/**
 * What options must be to have known names only, in a variable too, where TypeScript itself overlooks what is misspelt.
 * @typeParam Given - the type of what is given
 * @typeParam Known - the options there are
 */
export type Exactly<Given, Known> = Known & Record<Exclude<keyof Given, keyof Known>, never>;

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
  readonly hostBytesMax: number;
  readonly requestsMax: number;
  readonly timersMax: number;
  readonly stackKb: number;
  readonly clock: ClockSettings;
  /** undefined: the system's. */
  readonly random: RandomSettings | undefined;
  readonly timeZone: string;
  readonly locale: string;
  readonly wasm: boolean;
  readonly codegen: boolean;
  readonly onFatal: "abort" | "contain";
}

/** SandboxOptions, complete and checked, without the isolates' defaults. */
export interface SandboxLimits {
  readonly threads: number;
  readonly spareThreads: number;
  readonly isolatesMax: number;
  readonly outboundBytesTotalMax: number;
  readonly templateBytesMax: number;
  readonly spinUs: number;
  readonly hot: "end" | "keep";
  readonly isolation: "isolate" | "process";
  readonly require: readonly IsolationLayer[];
  readonly isolatesPerProcess: number;
  readonly processesMax: number;
  readonly spareProcesses: number;
  readonly jit: boolean;
}

/** Choices that are no numbers. */
const isolateChoices = {
  wasm: [true, false],
  codegen: [true, false],
  onFatal: ["abort", "contain"],
} as const;
const hotChoices = ["end", "keep"] as const;
const isolationLayers: readonly IsolationLayer[] = [
  "seccomp",
  "no_new_privileges",
  "landlock",
  "namespaces",
  "unprivileged",
  "no_jit",
];

/** What the engine's isolates have unless they are told. */
export const DEFAULT_TIME_ZONE = "UTC";
export const DEFAULT_LOCALE = "en-US";

const isolateDefaults: IsolateLimits = {
  ...defaultsOf(isolateRanges),
  clock: { kind: "live" },
  random: undefined,
  timeZone: DEFAULT_TIME_ZONE,
  locale: DEFAULT_LOCALE,
  wasm: true,
  codegen: true,
  onFatal: "abort",
};

/**
 * Checks a sandbox's options and completes them.
 * @throws ArgumentError, OptionError
 */
export function resolveSandboxOptions(options: SandboxOptions): { sandbox: SandboxLimits; isolate: IsolateLimits } {
  const doing = "new V8Sandbox()";
  checkCallNames(options, doing);
  const number = (name: keyof typeof sandboxRanges): number =>
    checkNumber(name, options[name], sandboxRanges[name], doing);
  const { isolation, require } = checkIsolation(
    options.isolation === undefined ? defaultIsolation : options.isolation,
    doing,
  );
  const jit = checkChoice("jit", options.jit === undefined ? true : options.jit, [true, false], doing);
  if (!jit && isolation !== "process") {
    throw new OptionError("jit", `${doing}: jit: false needs isolation: "process", or memory stays executable.`);
  }
  return {
    sandbox: {
      threads: number("threads"),
      spareThreads: number("spareThreads"),
      isolatesMax: number("isolatesMax"),
      outboundBytesTotalMax: number("outboundBytesTotalMax"),
      templateBytesMax: number("templateBytesMax"),
      spinUs: number("spinUs"),
      hot: checkChoice("hot", options.hot === undefined ? "end" : options.hot, hotChoices, doing),
      isolation,
      require,
      isolatesPerProcess: number("isolatesPerProcess"),
      processesMax: number("processesMax"),
      spareProcesses: number("spareProcesses"),
      jit,
    },
    isolate: mergeIsolateOptions(options, isolateDefaults, doing),
  };
}

/**
 * Checks an isolate's options and completes them with the sandbox's defaults.
 * @throws ArgumentError, OptionError
 */
export function resolveIsolateOptions(options: IsolateOptions, defaults: IsolateLimits): IsolateLimits {
  checkCallNames(options, "createIsolate()");
  return mergeIsolateOptions(options, defaults, "createIsolate()");
}

/** Longer ones are no names. */
const NAME_LENGTH_MAX = 200;

/**
 * Checks an isolate's name.
 * @throws OptionError
 */
export function checkName(name: unknown): asserts name is string | undefined {
  if (name === undefined || (typeof name === "string" && name.length > 0 && name.length <= NAME_LENGTH_MAX)) return;
  const are = typeof name === "string" ? `has ${name.length}` : `is ${show(name)}`;
  throw new OptionError(
    "name",
    `createIsolate(): name must be a string of 1 to ${NAME_LENGTH_MAX} UTF-16 code units, but ${are}.`,
  );
}

/**
 * Checks an isolate's group.
 *
 * @param isolation - its sandbox's: without processes groups would not be apart
 * @throws OptionError
 */
export function checkTrustGroup(
  group: unknown,
  isolation: SandboxLimits["isolation"],
): asserts group is string | undefined {
  if (group === undefined) return;
  const doing = "createIsolate()";
  if (typeof group !== "string" || group.length === 0 || group.length > NAME_LENGTH_MAX) {
    const kind = `a string of 1 to ${NAME_LENGTH_MAX} UTF-16 code units`;
    throw new OptionError("trustGroup", `${doing}: trustGroup must be ${kind}, but is ${show(group)}.`);
  }
  if (isolation === "process") return;
  throw new OptionError(
    "trustGroup",
    `${doing}: trustGroup needs a sandbox with isolation: "process"; in this one all isolates share a process.`,
  );
}

let defaultIsolation: SandboxOptions["isolation"] = "isolate";

/** @internal For tests: sandboxes that do not say otherwise have this from now on. */
export function useIsolation(isolation: SandboxOptions["isolation"]): void {
  defaultIsolation = isolation ?? "isolate";
}

function checkIsolation(value: unknown, doing: string): Pick<SandboxLimits, "isolation" | "require"> {
  if (value === "isolate" || value === "process") return { isolation: value, require: [] };
  if (typeof value !== "object" || value === null) {
    const kinds = '"isolate", "process" or { kind: "process", require }';
    throw new OptionError("isolation", `${doing}: isolation must be ${kinds}, but is ${show(value)}.`);
  }
  checkOptionNames(value, ["kind", "require"], `${doing}: isolation`);
  checkChoice("isolation.kind", value.kind, ["process"], doing);
  const layers = value.require === undefined ? [] : value.require;
  checkTexts("isolation.require", layers, doing);
  const require = (layers as unknown[]).map((layer) => checkChoice("isolation.require", layer, isolationLayers, doing));
  return { isolation: "process", require };
}

/**
 * Checks `timeoutMs`.
 *
 * @param doing - the call it was given to
 * @returns the milliseconds, 0 for never
 * @throws OptionError
 */
export function resolveTimeout(timeoutMs: number | undefined, doing: string): number {
  return checkNumber("timeoutMs", timeoutMs, callRanges.timeoutMs, doing);
}

function mergeIsolateOptions(options: IsolateOptions, defaults: IsolateLimits, doing: string): IsolateLimits {
  const given = options as Record<string, unknown>;
  const merged: Record<string, unknown> = { ...defaults };
  for (const [name, range] of Object.entries(isolateRanges)) {
    if (given[name] !== undefined) merged[name] = checkNumber(name, given[name], range, doing);
  }
  for (const [name, choices] of Object.entries(isolateChoices)) {
    if (given[name] !== undefined) merged[name] = checkChoice<unknown>(name, given[name], choices, doing);
  }
  if (given.clock !== undefined) merged.clock = checkClock(given.clock, doing);
  if (given.random !== undefined) merged.random = checkRandom(given.random, doing);
  if (given.timeZone !== undefined) merged.timeZone = checkTimeZone(given.timeZone, doing);
  if (given.locale !== undefined) merged.locale = checkLocale(given.locale, doing);
  return merged as unknown as IsolateLimits;
}

/** @returns the zone's canonical name */
function checkTimeZone(value: unknown, doing: string): string {
  // Offsets ("+01:00") are no local time of a place; Intl takes them, ICU's own names for them are others.
  if (typeof value === "string" && /^[A-Za-z]/.test(value)) {
    try {
      return new Intl.DateTimeFormat("en-US", { timeZone: value }).resolvedOptions().timeZone;
    } catch {
      // Told below.
    }
  }
  const names = 'a name of the IANA time zone database, such as "UTC" or "Europe/Berlin"';
  throw new OptionError("timeZone", `${doing}: timeZone must be ${names}, but is ${show(value)}.`);
}

/** @returns the canonical language tag */
function checkLocale(value: unknown, doing: string): string {
  if (typeof value === "string") {
    try {
      const locale = new Intl.Locale(value);
      const tag = locale.toString();
      if (tag === locale.baseName && engineLanguages.has(locale.language)) return tag;
    } catch {
      // Told below.
    }
  }
  const tags = 'a language tag without extensions, of a language that guests\' Intl has, such as "en-US" or "de-AT"';
  throw new OptionError("locale", `${doing}: locale must be ${tags}, but is ${show(value)}.`);
}

function checkChoice<Choice>(name: string, value: unknown, choices: readonly Choice[], doing: string): Choice {
  if ((choices as readonly unknown[]).includes(value)) return value as Choice;
  const either = choices.map((choice) => show(choice)).join(" or ");
  throw new OptionError(name, `${doing}: ${name} must be ${either}, but is ${show(value)}.`);
}

function defaultsOf<Name extends string>(ranges: Record<Name, Range>): Record<Name, number> {
  const names = Object.keys(ranges) as Name[];
  return Object.fromEntries(names.map((name) => [name, ranges[name].default])) as Record<Name, number>;
}
