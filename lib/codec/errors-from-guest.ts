/** Error objects of decoded messages. */
import type { Extras } from "./error-extras.ts";
import { defineProperty } from "./safe-put.ts";

/**
 * An error as the guest had it. Its stack is the guest's text, or its first line alone if it sent none: never the host's,
 * which would only show this file.
 */
export function makeError(type: ErrorConstructor, message: string | undefined, stack: string | undefined): Error {
  const error = withoutStack(type);
  if (message !== undefined) defineHidden(error, "message", message);
  defineHidden(error, "stack", stack ?? (message ? `${type.name}: ${message}` : type.name));
  return error;
}

/** Sets `cause`, as `new Error(message, { cause })` would. */
export function setCause(error: Error, cause: unknown): void {
  defineHidden(error, "cause", cause);
}

/**
 * Gives a decoded error what V8 does not serialize: a name of its own, the errors of an AggregateError, own enumerable
 * properties. @returns false if these are no extras, or this is no error
 */
export function applyExtras(error: unknown, extras: unknown): boolean {
  if (!(error instanceof Error) || typeof extras !== "object" || extras === null) return false;
  const { name, message, errors, data } = extras as Partial<Extras>;
  const isAggregate = Array.isArray(errors);
  if (isAggregate) {
    Object.setPrototypeOf(error, AggregateError.prototype);
    defineHidden(error, "errors", errors);
  }
  if (typeof name === "string" && !(isAggregate && name === "AggregateError")) defineHidden(error, "name", name);
  if (typeof message === "string") defineHidden(error, "message", message);
  if (typeof data !== "object" || data === null) return false;
  for (const key of Object.keys(data)) defineProperty(error, key, (data as Record<string, unknown>)[key]);
  return true;
}

/** Collecting a stack takes most of an error's time. */
function withoutStack(type: ErrorConstructor): Error {
  const limit = Error.stackTraceLimit;
  // A host may have frozen Error; then the stack is collected, and overwritten.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return new type();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}

function defineHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
