/** Error objects of decoded messages. */
import type { Extras } from "./error-extras.ts";
import { defineProperty } from "./safe-put.ts";

/**
 * An error as the guest had it. Its stack is the guest's text, or its first line alone if it sent none: never the host's,
 * which would only show this file.
 */
export function makeError(type: ErrorConstructor, message: string | undefined, stack: string | undefined): Error {
  const error = withoutStack(() => new type());
  if (message !== undefined) defineHidden(error, "message", message);
  defineHidden(error, "stack", stack ?? firstLine(type.name, message));
  return error;
}

/** A DOMException as the guest had it, with the guest's stack, or its first line alone if that is empty. */
export function makeDOMException(name: string, message: string, stack: string): DOMException {
  const exception = withoutStack(() => new DOMException(message, name));
  defineHidden(exception, "stack", stack === "" ? firstLine(name, message) : stack);
  return exception;
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
  const { name, errors, cause, data } = extras as Partial<Extras>;
  const isAggregate = Array.isArray(errors);
  // Those are of its class.
  if (error instanceof DOMException && (isAggregate || name !== undefined)) return false;
  if (isAggregate) {
    Object.setPrototypeOf(error, AggregateError.prototype);
    defineHidden(error, "errors", errors);
  }
  if (typeof name === "string" && !(isAggregate && name === "AggregateError")) defineHidden(error, "name", name);
  if (Object.hasOwn(extras, "cause")) setCause(error, cause);
  if (typeof data !== "object" || data === null) return false;
  for (const key of Object.keys(data)) defineProperty(error, key, (data as Record<string, unknown>)[key]);
  return true;
}

/** Collecting a stack takes most of an error's time. */
function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  // A host may have frozen Error; then the stack is collected, and overwritten.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}

function firstLine(name: string, message: string | undefined): string {
  return message ? `${name}: ${message}` : name;
}

function defineHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}
