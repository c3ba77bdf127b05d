/**
 * Fetch: the host's errors as those of fetch. https://fetch.spec.whatwg.org/#concept-network-error
 */
import { placed } from "../core/call-place.ts";
import { NativeTypeError, ObjectDefineProperty, ObjectHasOwn, isObject } from "../core/primordials.ts";
import { defineValue } from "../webidl/interfaces.ts";

/** Browsers have a TypeError for everything; the host's message and code say what it was. */
export function toFetchError(error: unknown): unknown {
  if (!isObject(error)) return new NativeTypeError("The host's fetch failed.");
  const message = member(error, "message");
  const result = new NativeTypeError(typeof message === "string" ? message : "The host's fetch failed.");
  const code = member(error, "code");
  if (code !== undefined) define(result, "code", code);
  defineValue(result, "cause", error, true, false);
  return placed(result, error);
}

/** An own property, undefined if there is none. */
export function member(value: object, key: string): unknown {
  return ObjectHasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

export function define(target: object, key: string, value: unknown): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}
