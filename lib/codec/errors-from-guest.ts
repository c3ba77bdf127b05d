/** Error objects of decoded messages. */

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
