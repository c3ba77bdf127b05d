/** What a run comes to. */
import type { SandboxError, TerminationReason } from "../contract/errors.ts";
import {
  AbortError,
  EvaluationError,
  IsolateDestroyedError,
  SandboxShutdownError,
  TerminatedError,
} from "../contract/errors.ts";
import type { ConsoleLevel } from "../contract/events.ts";

/** One call of the guest's console. */
export interface RunLog {
  /** The method: `"log"`, `"error"`, … */
  readonly level: ConsoleLevel;
  /** What a console would print. Untrusted. */
  readonly text: string;
}

/** One call of a tool. */
export interface ToolCall {
  /** What was called, from `tools` on: `"db.get"`. */
  readonly name: string;
  /** A sketch of what it was given, for people to read: at most 500 UTF-16 code units. Untrusted. */
  readonly input: string;
  /** Whether it came to a value. */
  readonly ok: boolean;
  /** What it failed with, if it did: for one that was not answered by the end of the run `ERR_UNANSWERED`. */
  readonly error?: {
    /** The error's `name`. */
    readonly name: string;
    /** The error's `message`, at most 500 UTF-16 code units. */
    readonly message: string;
    /** The error's own `code`, if it has one. */
    readonly code?: string | number;
  };
  /** From the start of the run to the call, in milliseconds. */
  readonly startMs: number;
  /** From the call to its end, or that of the run, in milliseconds. */
  readonly durationMs: number;
}

/**
 * What ended a run: `"completed"` with a value; `"threw"` for an error of the guest, a syntax error too; a limit; `"aborted"`
 * by the signal; `"shutdown"` of the sandbox; `"refused"` if it could not begin, or what it came to could not be read.
 */
export type RunReason = "completed" | "threw" | "aborted" | "shutdown" | "refused" | TerminationReason;

/** What is told of every run. */
export interface RunReport {
  /** What ended it. */
  readonly reason: RunReason;
  /** The console's calls, in order. */
  readonly logs: readonly RunLog[];
  /** Whether there were more of them, or longer ones, than `logsMax` and `logLengthMax` allow. */
  readonly logsTruncated: boolean;
  /** The calls of tools, in order, at most 1,000. */
  readonly toolCalls: readonly ToolCall[];
  /** How many there were. */
  readonly toolCallCount: number;
  /** CPU time of the guest, in milliseconds. */
  readonly cpuMs: number;
  /** Elapsed time from the script's start, in milliseconds. */
  readonly wallMs: number;
  /** The most memory that the guest had at a time: heap, ArrayBuffers, WebAssembly and what V8 takes for it, in bytes. */
  readonly memoryPeakBytes: number;
}

/**
 * A run that came to a value.
 * @typeParam T - the value's type, not checked at run time
 */
export interface RunSuccess<T = unknown> extends RunReport {
  /** It did. */
  readonly ok: true;
  /** What the script's last expression came to, awaited and copied. */
  readonly value: T;
  /** None. */
  readonly error?: undefined;
  readonly reason: "completed";
}

/** A run that did not. */
export interface RunFailure extends RunReport {
  /** It did not. */
  readonly ok: false;
  /** None. */
  readonly value?: undefined;
  /** Why: an EvaluationError has the guest's error as `guest`. */
  readonly error: SandboxError;
  readonly reason: Exclude<RunReason, "completed">;
}

/**
 * What `run` resolves to.
 * @typeParam T - the value's type, not checked at run time
 */
export type RunResult<T = unknown> = RunSuccess<T> | RunFailure;

/** What an error means for the run. */
export function reasonOf(error: SandboxError): RunFailure["reason"] {
  if (error instanceof EvaluationError) return "threw";
  if (error instanceof TerminatedError) return error.reason;
  if (error instanceof AbortError) return "aborted";
  const ended = error instanceof IsolateDestroyedError || error instanceof SandboxShutdownError;
  return ended || error.code === "ERR_POOL_CLOSED" ? "shutdown" : "refused";
}
