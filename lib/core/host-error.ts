/** Errors of the host, for guests. */
import { inspect, types } from "node:util";
import { ByteSink, encodeValue } from "../codec/index.ts";

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
  /** Own enumerable properties that have no place above, as far as they can be cloned. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A cause, or one of several errors. */
type Related = { readonly error: HostError } | { readonly value: unknown };

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

/** What a guest may know of whatever a handler threw. */
export function toHostError(error: unknown): HostError {
  try {
    return new Description().of(error, 0);
  } catch {
    return { name: "Error", message: "The handler threw a value that has no text." };
  }
}

/** One error with what it leads to. */
class Description {
  #errors = 0;
  #bytesLeft = DATA_BYTES_MAX;
  readonly #sink = new ByteSink();

  of(error: unknown, depth: number): HostError {
    this.#errors++;
    if (error instanceof Error) return this.#ofError(error, depth);
    if (typeof error !== "object" || error === null || types.isProxy(error)) {
      return { name: "Error", message: cut(String(error), MESSAGE_LENGTH_MAX) };
    }
    const name = ownData(error, "name");
    const message = ownData(error, "message");
    const code = toCode(ownData(error, "code"));
    const data = this.#data(error, (key) => key === "stack" || key === "message" || key === "code");
    return {
      name: typeof name === "string" ? cut(name, NAME_LENGTH_MAX) : "Error",
      message: typeof message === "string" ? cut(message, MESSAGE_LENGTH_MAX) : sketch(error),
      ...(code !== undefined && { code }),
      ...(data && { data }),
    };
  }

  #ofError(error: Error, depth: number): HostError {
    const { name, message } = error;
    const dom = error instanceof DOMException;
    const code = dom ? undefined : toCode("code" in error ? error.code : undefined);
    const cause = Object.hasOwn(error, "cause") ? this.#related(ownData(error, "cause"), depth) : undefined;
    const errors = error instanceof AggregateError ? this.#list(ownData(error, "errors"), depth) : undefined;
    const data = this.#data(error, (key) => PLACED.has(key));
    return {
      name: cut(String(name), NAME_LENGTH_MAX),
      message: cut(String(message), MESSAGE_LENGTH_MAX),
      ...(code !== undefined && { code }),
      ...(dom && { dom }),
      ...(cause && { cause }),
      ...(errors && { errors }),
      ...(data && { data }),
    };
  }

  #related(value: unknown, depth: number): Related | undefined {
    if (value instanceof Error) {
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
    for (const key of Object.keys(object)) {
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

/** What is no accessor: nobody asked for a getter to run. */
function ownData(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function toCode(code: unknown): string | number | undefined {
  if (typeof code === "number") return code;
  return typeof code === "string" ? cut(code, MESSAGE_LENGTH_MAX) : undefined;
}

/** A message for what has none. */
function sketch(object: object): string {
  const text = inspect(object, { depth: 1, breakLength: Infinity, customInspect: false, getters: false });
  return cut(text, SKETCH_LENGTH_MAX);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
