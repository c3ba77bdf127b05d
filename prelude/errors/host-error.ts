/**
 * Errors that come from the host: names, messages and codes, never its stacks.
 */
import {
  ErrorCaptureStackTrace,
  NativeError,
  ObjectDefineProperty,
  ObjectHasOwn,
  ReflectConstruct,
} from "../core/primordials.ts";

/** The engine's form of an error. Its members are own data properties. */
export interface HostError {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
}

/** Names that have a constructor of their own in the language. */
const nativeErrors: Readonly<Record<string, Function | undefined>> = {
  __proto__: null,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as unknown as Record<string, Function | undefined>;

function define(error: object, key: string, value: unknown, enumerable: boolean): void {
  ObjectDefineProperty(error, key, { __proto__: null, value, writable: true, enumerable, configurable: true });
}

/**
 * The guest's error for it. `hook` is the function that the engine called: no guest code runs at this time, so the
 * error's stack is its name and message.
 */
export function toError(from: HostError, hook: Function): object {
  const { name, message } = from;
  const constructor = nativeErrors[name];
  const error = ReflectConstruct(constructor ?? NativeError, [message]);
  if (constructor === undefined) define(error, "name", name, false);
  if (ObjectHasOwn(from, "code")) define(error, "code", from.code, true);
  ErrorCaptureStackTrace(error, hook);
  return error;
}
