/**
 * HTML: which objects are platform objects, and what structured cloning does with them.
 * https://html.spec.whatwg.org/multipage/structured-data.html#serializable-objects
 * https://html.spec.whatwg.org/multipage/structured-data.html#transferable-objects
 *
 * To V8 an instance of our classes is a plain object. So each class that is an interface (and inherits from none that
 * does) has a field with this key, whose value says how its instances are cloned:
 *
 *   readonly [platformObject]: PlatformSteps = notSerializable;
 *
 * The key is a private symbol of V8: no reflection shows it, and proxies have no such property.
 */
import { Op } from "./engine.ts";
import { ObjectHasOwn, isObject } from "./primordials.ts";

declare const key: unique symbol;

/** See the head of the file. */
export const platformObject = op(Op.PlatformObjectKey) as typeof key;

/** What an interface says of its instances; a missing step means that they are refused. */
export interface PlatformSteps<T extends object = object, D = unknown> {
  /** https://html.spec.whatwg.org/multipage/structured-data.html#serialization-steps; the data stays in the isolate. */
  serialize?(object: T): D;
  /** https://html.spec.whatwg.org/multipage/structured-data.html#deserialization-steps */
  deserialize?(data: D): T;
  /** Whether [[Detached]] is set. */
  isDetached?(object: T): boolean;
  /** The transfer steps, then the transfer-receiving steps: what the object becomes. */
  transfer?(object: T): T;
}

/** The steps of an interface that is neither serializable nor transferable. */
export const notSerializable: PlatformSteps = { __proto__: null } as PlatformSteps;

/** The steps of an object, undefined for all that is no platform object. */
export function stepsOf(value: unknown): PlatformSteps | undefined {
  if (!isObject(value) || !ObjectHasOwn(value, platformObject)) return undefined;
  return (value as { readonly [platformObject]: PlatformSteps })[platformObject];
}
