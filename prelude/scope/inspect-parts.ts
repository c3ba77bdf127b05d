/** Console: parts of what inspect.ts shows. No web specification. */
import {
  ArrayBufferDetached,
  NativeNumber,
  NativeString,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  newList,
} from "../core/primordials.ts";
import { readData } from "./inspect-class.ts";
import { isDigit, showPrimitive } from "./inspect-text.ts";

/** V8's bits of a regular expression's flags, in the order that the language has them in. */
const flagOrder = "dgimsuvy";
const flagBits: Readonly<Record<string, number>> = {
  __proto__: null,
  g: 1,
  i: 2,
  m: 4,
  y: 8,
  u: 16,
  s: 32,
  d: 128,
  v: 256,
} as unknown as Record<string, number>;

export function list(...parts: string[]): string[] {
  const result = newList<string>();
  for (let index = 0; index < parts.length; index++) result[index] = parts[index]!;
  return result;
}

/** An error's cause and errors are shown though they are not enumerable; what its stack says is not shown again. */
export function errorKeys(keys: (string | symbol)[], error: object): void {
  const stack = readData(error, "stack");
  let kept = 0;
  let seen = "";
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (key === "name" || key === "message" || key === "stack") {
      const value: unknown = ReflectGetOwnPropertyDescriptor(error, key)?.value;
      if (typeof value === "string" && typeof stack === "string" && StringPrototypeIndexOf(stack, value) >= 0) continue;
    }
    if (key === "cause" || key === "errors") seen += key;
    keys[kept++] = key;
  }
  keys.length = kept;
  if (StringPrototypeIndexOf(seen, "cause") < 0 && isData(error, "cause")) keys[keys.length] = "cause";
  if (StringPrototypeIndexOf(seen, "errors") < 0 && isData(error, "errors")) keys[keys.length] = "errors";
}

function isData(object: object, key: string): boolean {
  const descriptor = ReflectGetOwnPropertyDescriptor(object, key);
  return descriptor !== undefined && "value" in descriptor;
}

export function hasEnumerable(object: object, keys: readonly (string | symbol)[]): boolean {
  for (let index = 0; index < keys.length; index++) {
    if (ReflectGetOwnPropertyDescriptor(object, keys[index]!)?.enumerable === true) return true;
  }
  return false;
}

export function isDetached(buffer: ArrayBuffer): boolean {
  try {
    return ArrayBufferDetached(buffer);
  } catch {
    // A SharedArrayBuffer.
    return false;
  }
}

/** "Foo " as it is where nothing of it is shown any more; a null prototype is in brackets already. */
export function shallowOf(prefix: string): string {
  const name = StringPrototypeSlice(prefix, 0, -1);
  return StringPrototypeIndexOf(name, ": null prototype]") >= 0 ? name : `[${withoutSize(name)}]`;
}

/** "Uint8Array(2)" without what it has. */
function withoutSize(name: string): string {
  const start = StringPrototypeIndexOf(name, "(");
  const end = StringPrototypeIndexOf(name, ")");
  return start < 0 || end < start ? name : StringPrototypeSlice(name, 0, start) + StringPrototypeSlice(name, end + 1);
}

/** "[Function: f]" and "Error: m" as what they are. */
export function shallowBase(base: string): string {
  const start = StringPrototypeCharAt(base, 0) === "[" ? 1 : 0;
  let end = start;
  for (; end < base.length; end++) {
    const char = StringPrototypeCharAt(base, end);
    if (char === ":" || char === " " || char === "]" || char === "\n") break;
  }
  return `[${StringPrototypeSlice(base, start, end)}]`;
}

export function named(prefix: string, usual: string): string {
  return prefix === usual ? "" : prefix;
}

export function regExp(source: string, flags: number): string {
  let text = "";
  for (let index = 0; index < flagOrder.length; index++) {
    const flag = StringPrototypeCharAt(flagOrder, index);
    if ((flags & flagBits[flag]!) !== 0) text += flag;
  }
  return `/${source}/${text}`;
}

export function boxed(value: unknown, name: string | null, tag: string): string {
  const kind = boxes[typeof value]!;
  const of = name === kind ? "" : name === null ? " (null prototype)" : ` (${name})`;
  return `[${kind}${of}: ${showPrimitive(value, 0)}]${tag === "" || tag === kind ? "" : ` [${tag}]`}`;
}

const boxes: Readonly<Record<string, string>> = {
  __proto__: null,
  string: "String",
  number: "Number",
  boolean: "Boolean",
  bigint: "BigInt",
  symbol: "Symbol",
} as unknown as Record<string, string>;

/** So many holes are looked at one by one: the keys of millions of elements would take more memory than they do. */
const holesNear = 10_000;

export function nextIndex(list: object, from: number, length: number): number {
  const near = from + holesNear < length ? from + holesNear : length;
  for (let index = from + 1; index < near; index++) {
    if (ReflectGetOwnPropertyDescriptor(list, NativeString(index)) !== undefined) return index;
  }
  if (near === length) return length;
  const keys = ReflectOwnKeys(list);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (typeof key !== "string" || !isDigit(StringPrototypeCharCodeAt(key, 0))) break;
    const number = NativeNumber(key);
    if (number > from) return number < length ? number : length;
  }
  return length;
}
