/** Options of `run`. */
import type { HostApi } from "../api/isolate.ts";
import { V8Sandbox } from "../api/sandbox.ts";
import { ArgumentError, OptionError } from "../contract/errors.ts";
import { checkOptionNames, unknownOption } from "../contract/option-names.ts";
import { checkBoolean, checkOneOf, checkSignal, checkText } from "../contract/option-values.ts";
import type { EvaluateOptions, IsolateOptions } from "../contract/options.ts";
import { resolveIsolateOptions, resolveSandboxOptions, scriptLanguages } from "../contract/options.ts";
import type { PlatformAbortSignal } from "../contract/platform.ts";
import { checkNumber, isolateRanges, scriptRanges } from "../contract/ranges.ts";
import type { Range } from "../contract/ranges.ts";
import { show } from "../contract/show.ts";
import { ToolSet } from "./tool-set.ts";

/** A language of programs, as of `isolate.evaluate`. */
export type Language = NonNullable<EvaluateOptions["language"]>;

/** Limits of one run: those of its isolate, and of what the run tells of it. `0` means unlimited. */
export interface RunLimits extends IsolateOptions {
  /**
   * CPU time of all the run, in milliseconds.
   * @defaultValue `cpuMs`
   */
  cpuTotalMs?: number | undefined;
  /**
   * Elapsed time of the run from its start, in milliseconds: what waits for a tool that never answers ends then.
   * @defaultValue 30_000
   */
  wallMs?: number | undefined;
  /**
   * Calls of tools. Further ones fail in the guest with LimitError. Minimum 1, or 0.
   * @defaultValue 1_000
   */
  toolCallsMax?: number | undefined;
  /**
   * Calls of the console that are told. Minimum 1, or 0.
   * @defaultValue 1_000
   */
  logsMax?: number | undefined;
  /**
   * Their text together, in UTF-16 code units. Minimum 1, or 0.
   * @defaultValue 65_536
   */
  logLengthMax?: number | undefined;
}

/** Options of one `run`. */
export interface RunOptions {
  /** What the guest has as the global `tools`: functions as for `isolate.expose`, or what `defineTools` made. */
  tools?: HostApi | ToolSet | undefined;
  /** Names that are bound in the script, and their values, as for `isolate.evaluate`. */
  args?: object | undefined;
  /** What the run may use. */
  limits?: RunLimits | undefined;
  /** Ends the run: its result is `{ ok: false, reason: "aborted" }`. */
  signal?: PlatformAbortSignal | undefined;
  /**
   * What the code is written in.
   * @defaultValue "js"
   */
  language?: Language | undefined;
  /**
   * The script's name in stacks and errors.
   * @defaultValue "run.js", or with the extension of its `language`
   */
  filename?: string | undefined;
  /**
   * Whether the code is the body of an async function: it may `return`, and its value is what it returns.
   * @defaultValue false
   */
  functionBody?: boolean | undefined;
  /**
   * Lines that were before the code in the text that it was cut out of: what errors and stacks count from.
   * @defaultValue 0
   */
  lineOffset?: number | undefined;
  /**
   * Columns that were before its first line.
   * @defaultValue 0
   */
  columnOffset?: number | undefined;
  /**
   * Whose isolate it is.
   * @defaultValue one that all runs share, made with the first of them; it does not keep the process alive
   */
  sandbox?: V8Sandbox | undefined;
}

/** RunOptions, complete and checked. */
export interface RunSettings {
  readonly tools: object | undefined;
  readonly args: object | undefined;
  readonly isolate: IsolateOptions;
  readonly toolCallsMax: number;
  readonly logsMax: number;
  readonly logLengthMax: number;
  readonly signal: PlatformAbortSignal | undefined;
  readonly language: Language;
  readonly filename: string;
  readonly functionBody: boolean;
  readonly lineOffset: number;
  readonly columnOffset: number;
  readonly sandbox: V8Sandbox | undefined;
}

const count = { minimum: 1, maximum: 2 ** 31 - 1, integer: true, zero: true } as const;

/** The numbers of RunLimits that are not the isolate's. */
export const runRanges = {
  toolCallsMax: { ...count, unit: "calls", default: 1000 },
  logsMax: { ...count, unit: "calls", default: 1000 },
  logLengthMax: { ...count, unit: "code units", default: 65_536 },
} as const satisfies Record<string, Range>;

/** A script that is done has no reason to wait for longer. */
export const WALL_MS = 30_000;

const DOING = "run()";
const places = ["lineOffset", "columnOffset"] as const;
const names = ["tools", "args", "limits", "signal", "language", "filename", "functionBody", ...places, "sandbox"];

/** @throws ArgumentError, OptionError */
export function resolveRunOptions(options: RunOptions): RunSettings {
  checkNames(options);
  const { tools, args, limits = {} as RunLimits, signal, language = "js", filename, sandbox } = options;
  checkSignal("signal", signal, DOING);
  checkText("filename", filename, DOING);
  checkBoolean("functionBody", options.functionBody, DOING);
  checkOneOf("language", language, scriptLanguages, DOING);
  if (sandbox !== undefined && !(sandbox instanceof V8Sandbox)) {
    throw new OptionError("sandbox", `${DOING}: sandbox must be a V8Sandbox, but is ${show(sandbox)}.`);
  }
  if (tools !== undefined && (typeof tools !== "object" || tools === null)) {
    throw new OptionError("tools", `${DOING}: tools must be an object with functions, but is ${show(tools)}.`);
  }
  if (typeof limits !== "object" || limits === null) {
    throw new OptionError("limits", `${DOING}: limits must be an object, but is ${show(limits)}.`);
  }
  checkLimitNames(limits);
  const { toolCallsMax, logsMax, logLengthMax, ...own } = limits;
  return {
    tools: tools instanceof ToolSet ? tools.api : tools,
    args,
    isolate: toIsolateOptions(own),
    toolCallsMax: checkNumber("toolCallsMax", toolCallsMax, runRanges.toolCallsMax, DOING),
    logsMax: checkNumber("logsMax", logsMax, runRanges.logsMax, DOING),
    logLengthMax: checkNumber("logLengthMax", logLengthMax, runRanges.logLengthMax, DOING),
    ...{ signal, language, sandbox },
    filename: filename ?? `run.${language}`,
    functionBody: options.functionBody ?? false,
    lineOffset: checkNumber("lineOffset", options.lineOffset, scriptRanges.lineOffset, DOING),
    columnOffset: checkNumber("columnOffset", options.columnOffset, scriptRanges.columnOffset, DOING),
  };
}

/** @throws ArgumentError, OptionError */
function checkNames(options: object): void {
  checkOptionNames(options, names, DOING);
}

/** A run's isolate has neither name nor data. @throws OptionError */
function checkLimitNames(limits: object): void {
  for (const name of ["name", "data"]) if (name in limits) throw unknownOption(name, [], `${DOING}: limits`);
}

/** Of runs that say nothing. */
const plain = Object.freeze({ cpuTotalMs: isolateRanges.cpuMs.default, wallMs: WALL_MS });

/** @throws ArgumentError, OptionError */
function toIsolateOptions(limits: IsolateOptions): IsolateOptions {
  const entries = Object.entries(limits).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return plain;
  const given = Object.fromEntries(entries) as IsolateOptions;
  const isolate = { cpuTotalMs: given.cpuMs ?? plain.cpuTotalMs, wallMs: WALL_MS, ...given };
  // What is wrong is told here, not when an isolate is made.
  resolveIsolateOptions(isolate, resolveSandboxOptions({}).isolate);
  return isolate;
}

/** @throws ArgumentError */
export function checkCode(code: unknown): void {
  if (typeof code === "string") return;
  throw new ArgumentError(`${DOING}: the code must be a string, but is ${show(code)}.`);
}
