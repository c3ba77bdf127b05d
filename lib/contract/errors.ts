/** The library's errors: one class per failure, each with a `code` that stays the same between versions. */
import { formatPath } from "./path.ts";

/** What is known of an error that happened in a guest. */
export interface GuestError {
  /** The error's `name`, `"Error"` if the guest threw something that has none. */
  readonly name: string;
  /** The error's `message`, or the thrown value as text. */
  readonly message: string;
  /** The guest's stack: guest frames only. Untrusted text. */
  readonly stack?: string;
  /** The error's own `code`, if it has one. */
  readonly code?: string | number;
  /** The script in which it was thrown, or at least run: the `filename` given to `execute` or `evaluate`. */
  readonly filename?: string;
  /**
   * Line in that script, from 1. Not there where V8 does not know it: a promise was rejected with what is no Error, or with
   * an error that no code of the guest's made, such as that of `Promise.any`.
   */
  readonly lineno?: number;
  /** Column in that line, from 1. */
  readonly colno?: number;
  /** The error's own `cause`: a GuestError if that is an error, else its data. At most 8 levels, 128 errors in all. */
  readonly cause?: unknown;
  /** The `errors` of an AggregateError, each as `cause` is. At most 32. */
  readonly errors?: readonly unknown[];
  /**
   * The error's own enumerable properties that have no place above, and a SuppressedError's `error` and `suppressed`; of an
   * object that is no Error, all of them, so that what was thrown is what is here; of an array, Map, Set, Date, RegExp,
   * buffer or boxed primitive a clone of it. As far as they can be cloned: at most 64, 64 KiB of data in all; functions,
   * symbols and accessors are left out. Untrusted.
   */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Base class of every error this library throws or rejects with.
 *
 * @example
 * ```ts
 * try {
 *   await isolate.evaluate("while (true);", { timeoutMs: 100 });
 * } catch (error) {
 *   if (error instanceof SandboxError && error.code === "ERR_TIMEOUT") console.log("too slow");
 *   else throw error;
 * }
 * ```
 */
export class SandboxError extends Error {
  /** The class's name, also after minification. */
  override readonly name: string = "SandboxError";
  /** Says which failure this is, independently of the message: `ERR_…`. */
  readonly code: string;
  /** Of calls that an isolate failed, and of isolates that have ended: the name it was given, if it was given one. */
  declare readonly isolateName?: string;

  /**
   * @param code - the stable code, `ERR_…`
   * @param message - what happened, to what, and the way out
   * @param options - the standard `cause`
   */
  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** @internal Says which isolate an error is about. @returns the error */
export function about<Failure extends SandboxError>(error: Failure, isolateName: string | undefined): Failure {
  return isolateName === undefined ? error : Object.assign(error, { isolateName });
}

/** @internal How messages call an isolate. */
export function isolateLabel(id: number, name: string | undefined): string {
  return name === undefined ? `Isolate #${id}` : `Isolate #${id} ${JSON.stringify(name)}`;
}

/**
 * An argument has the wrong type, or cannot be used: a script that is not a string, a handler that is not a function, an
 * isolate that has a WebSocket gateway already, a second `fetchProxy` of one isolate (`ERR_ARGUMENT`).
 */
export class ArgumentError extends SandboxError {
  override readonly name: string = "ArgumentError";
  /** @param message - which argument, what it was and what it must be */
  constructor(message: string) {
    super("ERR_ARGUMENT", message);
  }
}

/** An option is unknown, of the wrong type or out of its range (`ERR_OPTION`). */
export class OptionError extends SandboxError {
  override readonly name: string = "OptionError";
  /** The option's name. */
  readonly option: string;

  /**
   * @param option - the option's name
   * @param message - what it was and what it must be
   */
  constructor(option: string, message: string) {
    super("ERR_OPTION", message);
    this.option = option;
  }
}

/** The data cannot be cloned: it holds a function, a symbol, a detached buffer or the like (`ERR_DATA_CLONE`). */
export class DataCloneError extends SandboxError {
  override readonly name: string = "DataCloneError";
  /**
   * @param message - what cannot be cloned
   * @param options - the standard `cause`, such as the error a getter threw
   */
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("ERR_DATA_CLONE", message, options);
  }
}

/** Bytes that came from a guest are not what they claim to be (`ERR_MALFORMED_MESSAGE`). */
export class DecodeError extends SandboxError {
  override readonly name: string = "DecodeError";
  /** @param message - what was found, and where */
  constructor(message: string) {
    super("ERR_MALFORMED_MESSAGE", message);
  }
}

/**
 * The isolate's mailbox is full (`ERR_BACKPRESSURE`): nothing was queued. Try again after `onSystem("drain")`, or raise
 * `mailboxBytesMax`.
 */
export class BackpressureError extends SandboxError {
  override readonly name: string = "BackpressureError";
  /** @param message - which isolate, and its limit */
  constructor(message: string) {
    super("ERR_BACKPRESSURE", message);
  }
}

/** One message is larger than `messageBytesMax` (`ERR_MESSAGE_TOO_LARGE`): nothing was queued. */
export class MessageTooLargeError extends SandboxError {
  override readonly name: string = "MessageTooLargeError";
  /** @param message - the size and the limit */
  constructor(message: string) {
    super("ERR_MESSAGE_TOO_LARGE", message);
  }
}

/**
 * Too many sandboxes or isolates are alive, too many requests pending, the host keeps too much for an isolate, or the process
 * has no more of what another would need: memory, addresses, mappings, threads, descriptors (`ERR_LIMIT`).
 */
export class LimitError extends SandboxError {
  override readonly name: string = "LimitError";
  /** @param message - which limit, and its value where it is known */
  constructor(message: string) {
    super("ERR_LIMIT", message);
  }
}

/** The isolate has been destroyed (`ERR_ISOLATE_DESTROYED`): it takes no more work, and pending work is given up. */
export class IsolateDestroyedError extends SandboxError {
  override readonly name: string = "IsolateDestroyedError";
  /** The isolate's id. */
  readonly isolateId: number;
  /** Why it ended, as in the `destroyed` event. */
  readonly reason: EndReason;

  /**
   * @param isolateId - the isolate's id
   * @param reason - why it ended
   * @param doing - what was asked of it, `"send()"`
   * @param isolateName - the isolate's name, if it has one
   */
  constructor(isolateId: number, reason: EndReason, doing: string, isolateName?: string) {
    super(
      "ERR_ISOLATE_DESTROYED",
      `${doing}: ${isolateLabel(isolateId, isolateName)} has been destroyed (${reason}). ` +
        "Create another with sandbox.createIsolate().",
    );
    about(this, isolateName);
    this.isolateId = isolateId;
    this.reason = reason;
  }
}

/** The sandbox has been shut down (`ERR_SANDBOX_SHUTDOWN`). */
export class SandboxShutdownError extends SandboxError {
  override readonly name: string = "SandboxShutdownError";
  /** @param doing - what was asked of it, `"createIsolate()"` */
  constructor(doing: string) {
    super("ERR_SANDBOX_SHUTDOWN", `${doing}: the sandbox has been shut down. Create another with new V8Sandbox().`);
  }
}

/** The guest's code threw, or the promise it came to was rejected (`ERR_EVALUATION`). */
export class EvaluationError extends SandboxError {
  override readonly name: string = "EvaluationError";
  /** The guest's error. Its text is untrusted. */
  readonly guest: GuestError;

  /**
   * @param guest - the guest's error
   * @param doing - what failed, `"evaluate()"`
   */
  constructor(guest: GuestError, doing: string) {
    super("ERR_EVALUATION", `${doing}: the guest threw ${guest.name}: ${guest.message}`);
    this.guest = guest;
  }
}

/** The guest's handler of a host request threw, or there is none (`ERR_REQUEST`). */
export class RequestError extends SandboxError {
  override readonly name: string = "RequestError";
  /** The guest's error; its `code` is `"ERR_NO_HANDLER"` if nobody handles the method. Its text is untrusted. */
  readonly guest: GuestError;

  /**
   * @param guest - the guest's error
   * @param doing - what failed, `'request("resize")'`
   */
  constructor(guest: GuestError, doing: string) {
    super("ERR_REQUEST", `${doing}: the guest answered with ${guest.name}: ${guest.message}`);
    this.guest = guest;
  }
}

/** A guest gives names of any length. */
function cut(name: string): string {
  return name.length > NAME_SHOWN_MAX ? `${name.slice(0, NAME_SHOWN_MAX)}…` : name;
}

const NAME_SHOWN_MAX = 500;

/** A module that is imported is not there (`ERR_MODULE_NOT_FOUND`), or is one of node's or Bun's, which guests do not have. */
export class ModuleNotFoundError extends SandboxError {
  override readonly name: string = "ModuleNotFoundError";
  /** As it is written in the import. Untrusted text, unless the host imports it. */
  readonly specifier: string;
  /** The URL of the module that imports it; undefined: none does, but a script or the host. */
  readonly referrer: string | undefined;

  /**
   * @param specifier - as it is written in the import
   * @param referrer - the URL of the module that imports it
   * @param place - where in that, `":3:1"`
   * @param hint - the way out
   */
  constructor(specifier: string, referrer: string | undefined, place: string, hint: string) {
    const from = referrer === undefined ? "" : `, which ${cut(referrer)}${place} imports`;
    super("ERR_MODULE_NOT_FOUND", `There is no module ${JSON.stringify(cut(specifier))}${from}${hint}`);
    this.specifier = specifier;
    this.referrer = referrer;
  }
}

/**
 * A module's text could not be had (`ERR_MODULE_SOURCE`): its resolver threw, which is the `cause`, or found what is no text, or too
 * much of it. Guests are told the module's name and nothing more.
 */
export class ModuleSourceError extends SandboxError {
  override readonly name: string = "ModuleSourceError";
  /** The module's name. */
  readonly module: string;

  /**
   * @param module - the module's name
   * @param problem - what is wrong
   * @param options - the standard `cause`
   */
  constructor(module: string, problem: string, options?: { readonly cause?: unknown }) {
    super(
      "ERR_MODULE_SOURCE",
      `The text of the module ${JSON.stringify(cut(module))} cannot be had: ${problem}.`,
      options,
    );
    this.module = module;
  }
}

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Where it is: names of properties and indexes, from the input itself on. */
  readonly path: readonly (string | number)[];
  /** What the schema says of it. */
  readonly message: string;
}

/**
 * The guest called a `tool` with an input that its schema refuses (`ERR_INPUT`). The guest gets it with its `issues`; the
 * tool was not run.
 */
export class InputError extends SandboxError {
  override readonly name: string = "InputError";
  /** What is wrong, at most 32 of it. */
  readonly issues: readonly InputIssue[];

  /**
   * @param tool - what was called, `"tools.search"`
   * @param issues - what is wrong, at least one
   */
  constructor(tool: string, issues: readonly InputIssue[]) {
    const shown = issues
      .slice(0, ISSUES_SHOWN_MAX)
      .map(({ path, message }) => `${formatPath("input", path, path.length)}: ${message}`);
    const more = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : "";
    super("ERR_INPUT", `${tool}(): ${shown.join("; ")}${more}`);
    this.issues = issues;
  }
}

const ISSUES_SHOWN_MAX = 8;

/**
 * A template cannot make an isolate (`ERR_TEMPLATE`): its `prepare` failed, took longer than `prepareMs` or lost its isolate, of
 * which `cause` tells; or the template has been disposed of. The isolate is gone.
 */
export class TemplateError extends SandboxError {
  override readonly name: string = "TemplateError";
  /**
   * @param message - what was asked of the template, and what became of it
   * @param options - the standard `cause`: why it failed
   */
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("ERR_TEMPLATE", message, options);
  }
}

/** `timeoutMs` passed before there was a result (`ERR_TIMEOUT`). The isolate lives on. */
export class TimeoutError extends SandboxError {
  override readonly name: string = "TimeoutError";
  /** The time it was given, in milliseconds. */
  readonly timeoutMs: number;

  /**
   * @param doing - what took too long
   * @param timeoutMs - the time it was given, in milliseconds
   */
  constructor(doing: string, timeoutMs: number) {
    super("ERR_TIMEOUT", `${doing}: no result within ${timeoutMs} ms.`);
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's `signal` was aborted (`ERR_ABORTED`); `cause` is the signal's reason. The isolate lives on. */
export class AbortError extends SandboxError {
  override readonly name: string = "AbortError";
  /**
   * @param doing - what was given up
   * @param cause - the signal's reason
   */
  constructor(doing: string, cause: unknown) {
    super("ERR_ABORTED", `${doing}: aborted by its signal.`, { cause });
  }
}

/**
 * What terminates an isolate: a limit; `"engine_error"` if V8 could not go on, `"creation_failed"` if it could not begin,
 * `"system_exhausted"` if the system refused memory that it may have; `"process_crashed"` if the child process that it was
 * in ended, whatever it was that ended it.
 */
export type TerminationReason =
  | "cpu_limit_exceeded"
  | "wall_limit_exceeded"
  | "memory_limit_exceeded"
  | "engine_error"
  | "creation_failed"
  | "system_exhausted"
  | "process_crashed";

/** What ends an isolate: `destroy()`, its sandbox's `shutdown()`, or what terminates it. */
export type EndReason = "destroyed" | "shutdown" | TerminationReason;

/** Why and by how much an isolate exceeded a limit. */
export interface Termination {
  /** What it was terminated for. */
  readonly reason: TerminationReason;
  /** Which limit of that kind: `"turn"` or `"total"` for CPU time, `"turn"` or `"evaluate"` for elapsed time. */
  readonly scope?: string;
  /** The limit, in milliseconds. */
  readonly limitMs?: number;
  /** What had been used when the limit was noticed, in milliseconds; a builtin may then take long to stop. */
  readonly usedMs?: number;
  /** The limit, in MiB. */
  readonly limitMb?: number;
  /** What had been used, in MiB. */
  readonly usedMb?: number;
  /** Of `"creation_failed"`: what there was no more of, `"memory"`, `"addresses"`, `"mappings"`, `"processes"`, …; else `"none"`. */
  readonly resource?: string;
  /** Of `"process_crashed"`: the signal that ended the process, `"SIGSEGV"`. */
  readonly signal?: string;
  /** Of `"process_crashed"`: the code that the process exited with. */
  readonly exitCode?: number;
  /**
   * Of `"process_crashed"`, what is known besides: `"forbidden_syscall"`, it asked the system for what it may not;
   * `"protocol"`, it wrote what its engine does not write; `"memory"` or `"threads"`, it had more than its isolates may;
   * `"unresponsive"`, it did not end an isolate; `"out_of_memory"`, the system ended it, as the process' cgroup tells; else
   * V8's last words. Untrusted text.
   */
  readonly detail?: string;
}

function measureOf({ limitMs, limitMb, signal, exitCode }: Termination): string {
  if (limitMs !== undefined) return `, limit ${limitMs} ms`;
  if (limitMb !== undefined) return `, limit ${limitMb} MiB`;
  if (signal !== undefined) return `, ${signal}`;
  return exitCode === undefined ? "" : `, exit code ${exitCode}`;
}

/** The isolate was terminated while it worked on this: it exceeded a limit (`ERR_TERMINATED`). */
export class TerminatedError extends SandboxError {
  override readonly name: string = "TerminatedError";
  /** The isolate's id. */
  readonly isolateId: number;
  /** What it was terminated for. */
  readonly reason: TerminationReason;
  /** The limit that was exceeded: milliseconds or MiB, as `reason` says. */
  readonly limit: number | undefined;
  /** What had been used: milliseconds or MiB. */
  readonly used: number | undefined;

  /**
   * @param isolateId - the isolate's id
   * @param termination - reason, limit and use
   * @param doing - what was under way, `"evaluate()"`
   * @param isolateName - the isolate's name, if it has one
   */
  constructor(isolateId: number, termination: Termination, doing: string, isolateName?: string) {
    const { reason, limitMs, usedMs, limitMb, usedMb } = termination;
    const measure = measureOf(termination);
    super("ERR_TERMINATED", `${doing}: ${isolateLabel(isolateId, isolateName)} was terminated (${reason}${measure}).`);
    about(this, isolateName);
    this.isolateId = isolateId;
    this.reason = reason;
    this.limit = limitMs ?? limitMb;
    this.used = usedMs ?? usedMb;
  }
}

/** The engine's library was not found or could not be loaded (`ERR_ENGINE_NOT_FOUND`). */
export class EngineNotFoundError extends SandboxError {
  override readonly name: string = "EngineNotFoundError";
  /**
   * @param message - what was looked for, where, and the fix
   * @param options - the standard `cause`, such as the loader's error
   */
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("ERR_ENGINE_NOT_FOUND", message, options);
  }
}

/** The engine's library is of another version than this package (`ERR_ENGINE_MISMATCH`). */
export class EngineMismatchError extends SandboxError {
  override readonly name: string = "EngineMismatchError";
  /** ABI version of the library that was found. */
  readonly found: number;
  /** ABI version this package needs. */
  readonly wanted: number;

  /**
   * @param path - the library's file
   * @param found - its ABI version
   * @param wanted - the ABI version this package needs
   */
  constructor(path: string, found: number, wanted: number) {
    super(
      "ERR_ENGINE_MISMATCH",
      `The engine at ${path} has ABI version ${found}, but this network-runtime needs ${wanted}. ` +
        "Install matching versions of network-runtime and its platform package, or rebuild the engine (npm run setup).",
    );
    this.found = found;
    this.wanted = wanted;
  }
}

/**
 * Child processes cannot be confined as `isolation` asks (`ERR_ISOLATION`): the kernel or the container lacks a layer, or gives
 * no process. Nothing was run.
 */
export class IsolationError extends SandboxError {
  override readonly name: string = "IsolationError";
  /** The layers that are missing; none if it was something else. */
  readonly missing: readonly string[];

  /**
   * @param message - what is missing, and the way out
   * @param missing - the layers
   */
  constructor(message: string, missing: readonly string[] = []) {
    super("ERR_ISOLATION", message);
    this.missing = missing;
  }
}

/**
 * Processes of the isolate's `trustGroup` have crashed again and again, and it has to wait for another (`ERR_CRASH_LOOP`). Other
 * groups, and isolates of this one that are in processes which live, go on.
 */
export class CrashLoopError extends SandboxError {
  override readonly name: string = "CrashLoopError";
  /** For how long, in milliseconds. */
  readonly retryAfterMs: number;

  /**
   * @param trustGroup - the group; undefined: that of isolates without one
   * @param retryAfterMs - for how long, in milliseconds
   */
  constructor(trustGroup: string | undefined, retryAfterMs: number) {
    const whose =
      trustGroup === undefined ? "isolates without a trustGroup" : `trustGroup ${JSON.stringify(trustGroup)}`;
    super(
      "ERR_CRASH_LOOP",
      `createIsolate(): processes of ${whose} have crashed again and again. Try again in ${retryAfterMs} ms.`,
    );
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * A profile or a snapshot of an isolate could not be recorded (`ERR_INSPECTOR`): another profile of it is being recorded, or
 * V8 refused, which `message` says.
 */
export class InspectorError extends SandboxError {
  override readonly name: string = "InspectorError";
  /**
   * @param message - what was refused, and the way out
   * @param options - the standard `cause`
   */
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("ERR_INSPECTOR", message, options);
  }
}

/** The engine answered with a failure that has no class of its own (`ERR_ENGINE`). */
export class EngineError extends SandboxError {
  override readonly name: string = "EngineError";
  /** @param message - what was asked and what the engine answered */
  constructor(message: string) {
    super("ERR_ENGINE", message);
  }
}

/** A server cannot listen where it was told to (`ERR_LISTEN`): the port is taken, or not this user's to have. */
export class ListenError extends SandboxError {
  override readonly name: string = "ListenError";
  /** The port. */
  readonly port: number;

  /**
   * @param doing - what was asked, `"dashboard()"`
   * @param hostname - the address
   * @param port - the port
   * @param cause - what the system said
   */
  constructor(doing: string, hostname: string, port: number, cause: unknown) {
    const code = (cause as { code?: unknown } | null)?.code;
    const why = code === "EADDRINUSE" ? "another program listens there" : `the system refused it (${String(code)})`;
    super("ERR_LISTEN", `${doing}: cannot listen at ${hostname}:${port}: ${why}. Take another port, or 0 for any.`, {
      cause,
    });
    this.port = port;
  }
}
