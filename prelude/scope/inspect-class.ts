/** Console: what objects are called, as node's util.inspect calls them. No web specification. */
import {
  ObjectGetPrototypeOf,
  ReflectGetOwnPropertyDescriptor,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  SymbolToStringTag,
  TypedArrayBrand,
} from "../core/primordials.ts";
import { Preview, previewOf } from "./preview.ts";

/** So far up prototypes are looked for. */
const levelsMax = 64;

/** An own or inherited property. */
function find(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  let holder: object | null = object;
  for (let level = 0; holder !== null && level < levelsMax; level++) {
    if (level > 0 && previewOf(holder)[0] === Preview.Proxy) return undefined;
    const descriptor = ReflectGetOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor;
    holder = ObjectGetPrototypeOf(holder);
  }
  return undefined;
}

/** An own or inherited data property: no getter runs, but V8's own of the stack. */
export function readData(object: object, key: PropertyKey): unknown {
  const descriptor = find(object, key);
  if (descriptor === undefined || "value" in descriptor) return descriptor?.value;
  return key === "stack" ? (object as Record<string, unknown>)["stack"] : undefined;
}

/** The name of the class that it is an instance of, by whoever it says has constructed it; null: it has no prototype. */
export function classOf(object: object, otherwise: string): string | null {
  let holder: object | null = object;
  for (let level = 0; holder !== null && level < levelsMax; level++) {
    if (level > 0 && previewOf(holder)[0] === Preview.Proxy) return otherwise;
    const constructor: unknown = ReflectGetOwnPropertyDescriptor(holder, "constructor")?.value;
    if (typeof constructor === "function" && previewOf(constructor)[0] !== Preview.Proxy) {
      const name = nameOf(constructor);
      if (name !== "" && isInstance(object, constructor)) return name;
    }
    holder = ObjectGetPrototypeOf(holder);
    if (holder === null && level === 0) return null;
  }
  return otherwise;
}

function isInstance(object: object, constructor: Function): boolean {
  const prototype: unknown = ReflectGetOwnPropertyDescriptor(constructor, "prototype")?.value;
  let holder = ObjectGetPrototypeOf(object);
  for (let level = 0; holder !== null && level < levelsMax; level++) {
    if (holder === prototype) return true;
    if (previewOf(holder)[0] === Preview.Proxy) return false;
    holder = ObjectGetPrototypeOf(holder);
  }
  return false;
}

/** A function's own name, or one that it inherits. */
export function nameOf(callable: object): string {
  const name = readData(callable, "name");
  return typeof name === "string" ? name : "";
}

/** Its Symbol.toStringTag, unless that is shown as a property, or says what its class says; "" if it has none. */
export function tagOf(object: object, name: string | null): string {
  const own = ReflectGetOwnPropertyDescriptor(object, SymbolToStringTag);
  if (own?.enumerable === true) return "";
  const tag = TypedArrayBrand(object) ?? readData(object, SymbolToStringTag);
  return typeof tag === "string" && tag !== name ? tag : "";
}

/** "Foo(2) [Map] " */
export function prefixOf(name: string | null, tag: string, fallback: string, size = ""): string {
  if (name !== null) return tag === "" ? `${name}${size} ` : `${name}${size} [${tag}] `;
  return `[${fallback}${size}: null prototype] ${tag === "" || tag === fallback ? "" : `[${tag}] `}`;
}

export function showFunction(callable: object, kind: string, name: string | null, tag: string): string {
  const own = nameOf(callable);
  const tagged = tag === "" ? "" : ` [${tag}]`;
  if (kind === "class") {
    const hasName = ReflectGetOwnPropertyDescriptor(callable, "name") !== undefined && own !== "";
    const parent = ObjectGetPrototypeOf(callable);
    const parentName = parent === null ? "null" : nameOf(parent);
    const ends = parentName === "" ? "" : ` extends ${parentName}`;
    const of = name === "Function" || name === null ? "" : ` [${name}]`;
    return `[class ${hasName ? own : "(anonymous)"}${of}${tagged}${ends}]`;
  }
  const text = `[${kind}${name === null ? " (null prototype)" : ""}${own === "" ? " (anonymous)" : `: ${own}`}]`;
  return text + (name === null || name === kind || name === "Function" ? "" : ` ${name}`) + tagged;
}

/** The stack, whose first line may know less than its class does. */
export function showError(error: object, name: string | null, tag: string): string {
  const stack = readData(error, "stack");
  const given = readData(error, "name");
  const message = readData(error, "message");
  const title = typeof given === "string" ? given : "Error";
  let text = typeof stack === "string" ? stack : "";
  if (text === "")
    text = typeof message !== "string" || message === "" ? title : title === "" ? message : `${title}: ${message}`;
  text = withClass(text, title, name, tag);
  const found = typeof message === "string" && message !== "" ? StringPrototypeIndexOf(text, message) : -1;
  const end = found < 0 ? 0 : found + (message as string).length;
  return StringPrototypeIndexOf(text, "\n    at", end) < 0 ? `[${text}]` : text;
}

function withClass(text: string, title: string, name: string | null, tag: string): string {
  const { length } = title;
  const after = StringPrototypeSlice(text, length, length + 1);
  const isNamed =
    length >= 5 && StringPrototypeSlice(title, -5) === "Error" && StringPrototypeSlice(text, 0, length) === title;
  if (name === null || !isNamed || (after !== "" && after !== ":" && after !== "\n")) return text;
  const prefix = StringPrototypeSlice(prefixOf(name, tag, "Error"), 0, -1);
  if (prefix === title) return text;
  const first = StringPrototypeIndexOf(prefix, title) >= 0 ? prefix : `${prefix} [${title}]`;
  return first + StringPrototypeSlice(text, length);
}
