/**
 * HTML: runtime script errors and unhandled promise rejections.
 * https://html.spec.whatwg.org/multipage/webappapis.html#runtime-script-errors
 */
import { defineEventHandler, defineEventHandlers } from "../events/event-handlers.ts";
import { dispatchTrusted, globalTargetState } from "../events/event-target.ts";
import { type EventInit, Event } from "../events/events.ts";
import { WorkerGlobalScope } from "./global-scope.ts";
import { NativeTypeError, ReflectApply, global } from "../core/primordials.ts";
import { reportException } from "../errors/report-exception.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDOMString,
  toDictionary,
  toUSVString,
  toUnsignedLong,
} from "../webidl/converters.ts";
import { publishInterface, publishOperations, requireScope } from "../webidl/interfaces.ts";

interface ErrorEventInit extends EventInit {
  colno?: unknown;
  error?: unknown;
  filename?: unknown;
  lineno?: unknown;
  message?: unknown;
}

/** The arguments of a global's `onerror`. */
let errorArguments: (event: Event) => unknown[] | undefined;

/** https://html.spec.whatwg.org/multipage/webappapis.html#errorevent */
export class ErrorEvent extends Event {
  readonly #message: string = "";
  readonly #filename: string = "";
  readonly #lineno: number = 0;
  readonly #colno: number = 0;
  readonly #error: unknown = undefined;

  static {
    errorArguments = (event): unknown[] | undefined =>
      #error in event ? [event.#message, event.#filename, event.#lineno, event.#colno, event.#error] : undefined;
  }

  constructor(type: unknown, init: unknown = undefined) {
    const context = constructing("ErrorEvent");
    requireArguments(arguments.length, 1, context);
    super(type, init);
    const dictionary = toDictionary(init, context) as ErrorEventInit | undefined;
    if (dictionary === undefined) return;
    const { colno, error, filename, lineno, message } = dictionary;
    if (colno !== undefined) this.#colno = toUnsignedLong(colno);
    this.#error = error;
    if (filename !== undefined) this.#filename = toUSVString(filename);
    if (lineno !== undefined) this.#lineno = toUnsignedLong(lineno);
    if (message !== undefined) this.#message = toDOMString(message);
  }

  get message(): string {
    return this.#message;
  }

  get filename(): string {
    return this.#filename;
  }

  get lineno(): number {
    return this.#lineno;
  }

  get colno(): number {
    return this.#colno;
  }

  get error(): unknown {
    return this.#error;
  }
}

publishInterface(ErrorEvent, "ErrorEvent");

interface PromiseRejectionEventInit extends EventInit {
  promise?: unknown;
  reason?: unknown;
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#promiserejectionevent */
export class PromiseRejectionEvent extends Event {
  readonly #promise: unknown;
  readonly #reason: unknown;

  constructor(type: unknown, init: unknown) {
    const context = constructing("PromiseRejectionEvent");
    requireArguments(arguments.length, 2, context);
    super(type, init);
    const dictionary = toDictionary(init, context) as PromiseRejectionEventInit | undefined;
    const promise = dictionary?.promise;
    if (typeof promise !== "object" || promise === null) {
      throw new NativeTypeError(`${context}: required member promise is not an object.`);
    }
    this.#promise = promise;
    this.#reason = dictionary?.reason;
  }

  get promise(): unknown {
    return this.#promise;
  }

  get reason(): unknown {
    return this.#reason;
  }
}

publishInterface(PromiseRejectionEvent, "PromiseRejectionEvent");

// https://html.spec.whatwg.org/multipage/webappapis.html#onerroreventhandler: true, not false, means handled.
defineEventHandler(WorkerGlobalScope.prototype, "error", (handler, event) => {
  const args = errorArguments(event);
  if (args === undefined) return ReflectApply(handler, global, [event]) === false;
  return ReflectApply(handler, global, args) === true;
});
defineEventHandlers(WorkerGlobalScope.prototype, [
  "unhandledrejection",
  "rejectionhandled",
  "languagechange",
  "offline",
  "online",
]);

/** https://html.spec.whatwg.org/multipage/webappapis.html#in-error-reporting-mode */
let inErrorReportingMode = false;

/** When a turn begins: a termination may have left the mode on. */
export function leaveErrorReportingMode(): void {
  inErrorReportingMode = false;
}

/** Hook 6. https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception */
export function fireError(error: unknown, message: string, filename: string, lineno: number, colno: number): boolean {
  if (inErrorReportingMode || !globalTargetState.hasListeners("error")) return false;
  inErrorReportingMode = true;
  try {
    const init = { __proto__: null, cancelable: true, message, filename, lineno, colno, error };
    return !dispatchTrusted(new ErrorEvent("error", init), global);
  } catch {
    // A guest that changed ErrorEvent's own prototype chain gets no event; the host still gets its report.
    return false;
  } finally {
    inErrorReportingMode = false;
  }
}

/** Hooks 7 and 8. https://html.spec.whatwg.org/multipage/webappapis.html#notify-about-rejected-promises */
function fireRejection(type: string, cancelable: boolean, promise: Promise<unknown>, reason: unknown): boolean {
  if (!globalTargetState.hasListeners(type)) return false;
  try {
    const init = { __proto__: null, cancelable, promise, reason };
    return !dispatchTrusted(new PromiseRejectionEvent(type, init), global);
  } catch {
    return false;
  }
}

/** Hook 7. */
export function fireUnhandledRejection(promise: Promise<unknown>, reason: unknown): boolean {
  return fireRejection("unhandledrejection", true, promise, reason);
}

/** Hook 8. */
export function fireRejectionHandled(promise: Promise<unknown>, reason: unknown): void {
  fireRejection("rejectionhandled", false, promise, reason);
}

publishOperations({
  /** https://html.spec.whatwg.org/multipage/webappapis.html#dom-reporterror */
  reportError(this: unknown, error: unknown): void {
    requireScope(this);
    requireArguments(arguments.length, 1, executing("reportError", "WorkerGlobalScope"));
    reportException(error);
  },
});
