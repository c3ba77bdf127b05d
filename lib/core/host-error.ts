/** Errors of the host, for guests. */
import { inspect, types } from "node:util";
import { ByteSink, encodeValue, isPlaceOfError } from "../codec/index.ts";

/** What a guest learns of an error of the host: never its stack. The prelude makes the guest's error of it. */
export interface HostError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  /** Whether it is a DOMException. */
  readonly dom?: true;
  readonly cause?: Related;
  /** Of an AggregateError. */
  readonly errors?: readonly Related[];
  /** Of a SuppressedError. */
  readonly suppression?: Suppression;
  /** Own enumerable properties that have no place above, as far as they can be cloned. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A cause, or one of several errors. */
type Related = { readonly error: HostError } | { readonly value: unknown };

interface Suppression {
  readonly error?: Related;
  readonly suppressed?: Related;
}

/** Longer messages are cut, so that no host error is too large to send. */
const MESSAGE_LENGTH_MAX = 16_384;
const SKETCH_LENGTH_MAX = 256;
const NAME_LENGTH_MAX = 256;
/** Causes of causes, errors in errors. */
const DEPTH_MAX = 8;
/** Errors that one error leads to, itself included. */
const ERRORS_MAX = 128;
/** Own properties of one error. */
const PROPERTIES_MAX = 64;
/** Data of all of them, in bytes. */
const DATA_BYTES_MAX = 64 * 1024;

/** What has a place of its own; and `stack`, which is not for guests. */
const PLACED = new Set(["name", "message", "stack", "code", "cause", "errors"]);
const NO_TEXT = "The handler threw a value that has no text.";

/** What a guest may know of whatever a handler threw. */
export function toHostError(error: unknown): HostError {
  try {
    return new Description().of(error, 0);
  } catch {
    return { name: "Error", message: NO_TEXT };
  }
}

/** One error with what it leads to. */
class Description {
  #errors = 0;
  #bytesLeft = DATA_BYTES_MAX;
  readonly #sink = new ByteSink();

  of(error: unknown, depth: number): HostError {
    this.#errors++;
    if (isError(error)) return this.#ofError(error, depth);
    // A function's own text is the host's source.
    if (typeof error === "function") return { name: "Error", message: sketchOfPart(error) };
    if (typeof error !== "object" || error === null || types.isProxy(error)) {
      return { name: "Error", message: textOf(error) };
    }
    if (isValue(error)) {
      const cause = this.#related(error, depth);
      return { name: "Error", message: sketch(error), ...(cause && { cause }) };
    }
    const name = ownData(error, "name");
    const message = ownData(error, "message");
    const code = toCode(ownData(error, "code"));
    const data = this.#data(
      error,
      (key) => key === "stack" || key === "message" || (key === "code" && code !== undefined),
    );
    return {
      name: typeof name === "string" ? cut(name, NAME_LENGTH_MAX) : "Error",
      message: typeof message === "string" ? cut(message, MESSAGE_LENGTH_MAX) : sketch(error),
      ...(code !== undefined && { code }),
      ...(data && { data }),
    };
  }

  #ofError(error: Error, depth: number): HostError {
    const dom = error instanceof DOMException;
    const code = dom ? undefined : toCode(read(error, "code"));
    const cause = owns(error, "cause") ? this.#related(ownData(error, "cause"), depth) : undefined;
    const errors = error instanceof AggregateError ? this.#list(ownData(error, "errors"), depth) : undefined;
    const suppression = error instanceof SuppressedError ? this.#suppression(error, depth) : undefined;
    const data = this.#data(error, (key) => {
      if (key === "code") return code !== undefined;
      if (key === "errors") return errors !== undefined;
      return (
        PLACED.has(key) || isPlaceOfError(error, key) || (suppression !== undefined && Object.hasOwn(suppression, key))
      );
    });
    return {
      name: cut(textOf(read(error, "name"), "Error"), NAME_LENGTH_MAX),
      message: textOf(read(error, "message", UNREADABLE)),
      ...(code !== undefined && { code }),
      ...(dom && { dom }),
      ...(cause && { cause }),
      ...(errors && { errors }),
      ...(suppression && { suppression }),
      ...(data && { data }),
    };
  }

  #suppression(pair: SuppressedError, depth: number): Suppression {
    const error = this.#related(ownData(pair, "error"), depth);
    const suppressed = this.#related(ownData(pair, "suppressed"), depth);
    return { ...(error && { error }), ...(suppressed && { suppressed }) };
  }

  #related(value: unknown, depth: number): Related | undefined {
    if (isError(value)) {
      const fits = depth < DEPTH_MAX && this.#errors < ERRORS_MAX;
      return fits ? { error: this.of(value, depth + 1) } : undefined;
    }
    return this.#fits(value) ? { value } : undefined;
  }

  #list(errors: unknown, depth: number): Related[] | undefined {
    if (!Array.isArray(errors)) return undefined;
    const related: Related[] = [];
    for (let index = 0; index < errors.length && this.#errors < ERRORS_MAX; index++) {
      const one = this.#related(errors[index], depth);
      if (one) related.push(one);
    }
    return related;
  }

  #data(object: object, isPlaced: (key: string) => boolean): Record<string, unknown> | undefined {
    const data: Record<string, unknown> = {};
    let count = 0;
    for (const key of keysOf(object)) {
      if (isPlaced(key) || key.length > NAME_LENGTH_MAX) continue;
      const value = ownData(object, key);
      if (value === undefined || !this.#fits(value)) continue;
      Object.defineProperty(data, key, { value, writable: true, enumerable: true, configurable: true });
      if (++count === PROPERTIES_MAX) break;
    }
    return count > 0 ? data : undefined;
  }

  /** Whether there is room for a clone of it. */
  #fits(value: unknown): boolean {
    if (typeof value === "function" || typeof value === "symbol") return false;
    this.#sink.reset();
    try {
      encodeValue(value, this.#sink);
    } catch {
      return false;
    }
    if (this.#sink.length > this.#bytesLeft) return false;
    this.#bytesLeft -= this.#sink.length;
    return true;
  }
}

/** What could not be read. */
const UNREADABLE: unique symbol = Symbol("unreadable");

function isError(value: unknown): value is Error {
  try {
    // Those of other realms are no instances.
    return value instanceof Error || types.isNativeError(value);
  } catch {
    return false;
  }
}

/** Whether it is a value as a whole, more than its properties: what engine/v8/wire/error_facts.cc takes for one. */
function isValue(object: object): boolean {
  if (Array.isArray(object) || ArrayBuffer.isView(object) || types.isArrayBuffer(object)) return true;
  if (types.isMap(object) || types.isSet(object) || types.isDate(object) || types.isRegExp(object)) return true;
  return types.isBoxedPrimitive(object) && !types.isSymbolObject(object);
}

/** As any reader does; a getter or trap that throws loses this alone. */
function read(error: Error, key: "name" | "message" | "code", failed?: unknown): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[key];
  } catch {
    return failed;
  }
}

/** What is no accessor: nobody asked for a getter to run. */
function ownData(object: object, key: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(object, key)?.value;
  } catch {
    return undefined;
  }
}

function owns(object: object, key: string): boolean {
  try {
    return Object.hasOwn(object, key);
  } catch {
    return false;
  }
}

function keysOf(object: object): string[] {
  try {
    return Object.keys(object);
  } catch {
    return [];
  }
}

function textOf(value: unknown, ofNothing = "undefined"): string {
  if (value === UNREADABLE) return NO_TEXT;
  try {
    return value === undefined ? ofNothing : cut(String(value), MESSAGE_LENGTH_MAX);
  } catch {
    return NO_TEXT;
  }
}

function toCode(code: unknown): string | number | undefined {
  if (typeof code === "number") return code;
  return typeof code === "string" ? cut(code, MESSAGE_LENGTH_MAX) : undefined;
}

/**
 * A message for what has none: "{ code: 5, why: 'x', more: [object] }", "[ 5, 'x' ]", else what it is. Not Bun's own text of
 * it, which has the stacks of errors in it.
 */
function sketch(object: object): string {
  if (types.isDate(object) || types.isRegExp(object) || types.isBoxedPrimitive(object)) return textOf(object);
  const isList = Array.isArray(object);
  const isPlain = isList || Object.prototype.toString.call(object) === "[object Object]";
  if (!isPlain) return Object.prototype.toString.call(object);
  let text = "";
  for (const key of keysOf(object)) {
    const part = sketchOfPart(ownData(object, key));
    text += `${text === "" ? "" : ", "}${isList ? "" : `${key}: `}${part}`;
    if (text.length > SKETCH_LENGTH_MAX) break;
  }
  const [open, close] = isList ? "[]" : "{}";
  return text === "" ? `${open}${close}` : `${open} ${cut(text, SKETCH_LENGTH_MAX)} ${close}`;
}

function sketchOfPart(value: unknown): string {
  if (typeof value === "string") return inspect(cut(value, SKETCH_LENGTH_MAX));
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "[array]" : "[object]";
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}
