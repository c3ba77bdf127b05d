/**
 * Errors that come from the host: names, messages, codes, causes and data, never its stacks.
 */
import { placed } from "../core/call-place.ts";
import {
  NativeError,
  ObjectDefineProperty,
  ObjectHasOwn,
  ReflectConstruct,
  ReflectOwnKeys,
  newArray,
  newList,
} from "../core/primordials.ts";
import { DOMException } from "./dom-exception.ts";

/** What the library makes of an error; lib/core/host-error.ts. Its members are own data properties. */
export interface HostError {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  /** Whether it is a DOMException. */
  readonly dom?: true;
  readonly cause?: Related;
  readonly errors?: readonly Related[];
  /** Own enumerable properties. */
  readonly data?: object;
}

/** An error, or a value. */
interface Related {
  readonly error?: HostError;
  readonly value?: unknown;
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
const NativeAggregateError = AggregateError;

function define(error: object, key: string, value: unknown, enumerable: boolean): void {
  ObjectDefineProperty(error, key, { __proto__: null, value, writable: true, enumerable, configurable: true });
}

function create(from: HostError, place: object | undefined): object {
  const { name, message } = from;
  if (ObjectHasOwn(from, "dom")) return new DOMException(message, name);
  if (ObjectHasOwn(from, "errors")) {
    const errors = newList<unknown>();
    const list = from.errors!;
    for (let index = 0; index < list.length; index++) errors[index] = toValue(list[index]!, place);
    const error = new NativeAggregateError([], message);
    define(error, "errors", newArray(errors), false);
    if (name !== "AggregateError") define(error, "name", name, false);
    return error;
  }
  const constructor = nativeErrors[name];
  const error = ReflectConstruct(constructor ?? NativeError, [message]) as object;
  if (constructor === undefined) define(error, "name", name, false);
  return error;
}

function toValue(related: Related, place: object | undefined): unknown {
  return ObjectHasOwn(related, "error") ? toError(related.error!, place) : related.value;
}

/** The guest's error for it: made where the guest asked, since no guest code runs when the host answers. */
export function toError(from: HostError, place: object | undefined): object {
  const error = create(from, place);
  if (ObjectHasOwn(from, "code")) define(error, "code", from.code, true);
  if (ObjectHasOwn(from, "cause")) define(error, "cause", toValue(from.cause!, place), false);
  if (ObjectHasOwn(from, "data")) {
    const data = from.data as Record<string, unknown>;
    const keys = ReflectOwnKeys(data) as string[];
    for (let index = 0; index < keys.length; index++) define(error, keys[index]!, data[keys[index]!], true);
  }
  return placed(error, place);
}
