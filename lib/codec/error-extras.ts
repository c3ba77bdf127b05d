/** What errors have that V8's wire format has no place for. */
import { ERROR_TYPES } from "./wire-format.ts";

/** That, of one error. */
export interface Extras {
  /** A name that is none of the language's own classes'. */
  readonly name?: string;
  /** Of an AggregateError. */
  readonly errors?: readonly unknown[];
  /** Of a DOMException, which has no place for it. */
  readonly cause?: unknown;
  /** Own enumerable properties. */
  readonly data: Readonly<Record<string, unknown>>;
}

const PROPERTIES_MAX = 64;
const KEY_LENGTH_MAX = 256;
/** What the format has a place for, and what is not for guests. */
const SERIALIZED = new Set(["message", "stack", "cause"]);
const NAMES = new Set(["Error", ...ERROR_TYPES.map(([, type]) => type.name)]);

/**
 * The extras of an error, undefined if it has none. Accessors are left out, and what cannot be cloned.
 *
 * @param isClonable - asked of objects
 */
export function extrasOf(error: Error, isClonable: (value: unknown) => boolean): Extras | undefined {
  const data: Record<string, unknown> = {};
  let count = 0;
  let hasErrors = false;
  const keys = Object.keys(error);
  // Of the language's class they are not enumerable.
  if (error instanceof SuppressedError) keys.unshift("error", "suppressed");
  for (const key of keys) {
    if (key === "errors") hasErrors = true;
    if (SERIALIZED.has(key) || isPlaceOfError(error, key) || key.length > KEY_LENGTH_MAX) continue;
    const value = ownData(error, key);
    if (value === undefined || !fits(value, isClonable)) continue;
    Object.defineProperty(data, key, { value, writable: true, enumerable: true, configurable: true });
    if (++count === PROPERTIES_MAX) break;
  }
  if (error instanceof DOMException) {
    const cause = ownData(error, "cause");
    const hasCause = cause !== undefined && fits(cause, isClonable);
    return count > 0 || hasCause ? { ...(hasCause && { cause }), data } : undefined;
  }
  const name = String(error.name);
  const list: unknown = hasErrors ? undefined : ownData(error, "errors");
  const errors = Array.isArray(list) && fits(list, isClonable) ? list : undefined;
  if (count === 0 && errors === undefined && NAMES.has(name)) return undefined;
  return { ...(!NAMES.has(name) && { name }), ...(errors && { errors }), data };
}

/**
 * Whether a property says where in the host an error was made: Bun gives its DOMExceptions enumerable ones. A `line` and a
 * `column` without a `sourceURL` are data, such as a parser's.
 */
export function isPlaceOfError(error: Error, key: string): boolean {
  if (key === "sourceURL") return true;
  return (key === "line" || key === "column") && Object.prototype.propertyIsEnumerable.call(error, "sourceURL");
}

function ownData(error: Error, key: string): unknown {
  return Object.getOwnPropertyDescriptor(error, key)?.value;
}

function fits(value: unknown, isClonable: (value: unknown) => boolean): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  return typeof value !== "object" || value === null || isClonable(value);
}
