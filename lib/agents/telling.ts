/** What a model is told of a run. */
import { EvaluationError } from "../contract/errors.ts";
import type { RunFailure, RunLog, RunResult } from "../run/index.ts";

/** An error, as models are told of it. */
export interface ToldError {
  /** `"TypeError"`, or what the library calls a limit: `"TerminatedError"`. */
  readonly name: string;
  /** What is wrong. */
  readonly message: string;
  /** The program's own stack, if it threw. */
  readonly stack?: string;
  /** The error's code: the guest's own, or the library's. */
  readonly code?: string;
  /** The line of the program, if it is known. */
  readonly line?: number;
}

/** What is told of every run. */
export interface ToldRun {
  /** What it printed, a text each, `"[warn] …"` but for `log`; none if it printed nothing. */
  readonly logs?: readonly string[];
}

/** A run that came to a value. */
export interface ToldSuccess extends ToldRun {
  /** It did. */
  readonly ok: true;
  /** The value, as JSON can say it. */
  readonly value: unknown;
}

/** A run that did not. */
export interface ToldFailure extends ToldRun {
  /** It did not. */
  readonly ok: false;
  /** What ended it, as of `run`. */
  readonly reason: string;
  /** Why. */
  readonly error: ToldError;
}

/** A run, as JSON can say it. */
export type Told = ToldSuccess | ToldFailure;

const TEXT_MAX = 4000;
/** UTF-16 code units of a value that are told, if nobody says otherwise. */
export const VALUE_LENGTH_MAX = 64 * 1024;

/**
 * @param lengthMax - of the value's JSON, in UTF-16 code units, at least 1
 */
export function tell(result: RunResult, lengthMax: number): Told {
  const logs = result.logs.length === 0 ? undefined : textsOf(result.logs, "brackets");
  const told = logs && { logs };
  if (!result.ok) return { ok: false, reason: result.reason, error: toldError(result.error), ...told };
  return { ok: true, value: fitting(result.value, lengthMax), ...told };
}

export function toldError(error: RunFailure["error"]): ToldError {
  if (!(error instanceof EvaluationError)) return { name: error.name, message: cut(error.message), code: error.code };
  const { name, message, stack, code, lineno } = error.guest;
  return {
    name: cut(name),
    message: cut(message),
    ...(stack !== undefined && { stack: cut(stack) }),
    ...(code !== undefined && { code: cut(String(code)) }),
    ...(lineno !== undefined && { line: lineno }),
  };
}

/** @param style - how levels but `log` are told: `[warn] text` or `WARN: text` */
export function textsOf(logs: readonly RunLog[], style: "brackets" | "capitals"): string[] {
  const head = (level: string): string => (style === "brackets" ? `[${level}] ` : `${level.toUpperCase()}: `);
  return logs.map(({ level, text }) => (level === "log" ? text : head(level) + text));
}

/** @returns the value if JSON can say it within the length; else a text that says so, with its beginning */
function fitting(value: unknown, lengthMax: number): unknown {
  let text: string | undefined;
  try {
    text = toJson(value);
    // A function has no text, and that is not parsed either.
    if (text === undefined || text.length <= lengthMax) return JSON.parse(String(text)) as unknown;
  } catch (error) {
    return `(The value cannot be JSON: ${cut(error instanceof Error ? error.message : "")})`;
  }
  return `${text.slice(0, lengthMax)}… (cut: the value has ${text.length} characters. Return less.)`;
}

/** A run's value is a copy of plain data; what JSON does not know of it, as JSON says such things mostly. */
function toJson(value: unknown): string | undefined {
  return JSON.stringify(value ?? null, (_, inner: unknown) => {
    if (typeof inner === "bigint") return String(inner);
    if (inner instanceof Map) return [...inner];
    if (inner instanceof Set) return [...inner];
    if (inner instanceof Error) return { name: inner.name, message: inner.message };
    if (inner instanceof ArrayBuffer || ArrayBuffer.isView(inner)) return `(${inner.byteLength} bytes)`;
    return inner;
  });
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
