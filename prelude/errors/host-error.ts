/**
 * Errors that come from the host: names, messages, codes, causes and data, never its stacks.
 */
import { placed } from "../core/call-place.ts";
import {
  NativeError,
  ObjectDefineProperty,
  ObjectHasOwn,
  ReflectConstruct,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  global,
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
  /** Of a SuppressedError. */
  readonly suppression?: { readonly error?: Related; readonly suppressed?: Related };
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
let NativeSuppressedError: SuppressedErrorConstructor;

/** Once, when an isolate starts: V8 gives a context this class when it is restored, the snapshot has none. */
export function startHostErrors(): void {
  NativeSuppressedError = ReflectGetOwnPropertyDescriptor(global, "SuppressedError")!
    .value as SuppressedErrorConstructor;
}

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
  if (ObjectHasOwn(from, "suppression")) {
    const { error: newer, suppressed: older } = from.suppression!;
    const error = new NativeSuppressedError(toValue(newer, place), toValue(older, place), message);
    if (name !== "SuppressedError") define(error, "name", name, false);
    return error;
  }
  const constructor = nativeErrors[name];
  const error = ReflectConstruct(constructor ?? NativeError, [message]) as object;
  if (constructor === undefined) define(error, "name", name, false);
  return error;
}

function toValue(related: Related | undefined, place: object | undefined): unknown {
  if (related === undefined) return undefined;
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
