/**
 * Console: what is printed of values. https://console.spec.whatwg.org/#formatter
 *
 * Objects are shown as node's util.inspect shows them, with its limits. No code of the guest's runs for it: properties are
 * read by their descriptors, and what is no property the engine tells. A library would ask the guest's own objects.
 */
import {
  NativeNumber,
  NativeString,
  NumberToString,
  ObjectGetPrototypeOf,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  SymbolToString,
  TypedArrayBrand,
  TypedArrayLength,
  isArray,
  newList,
} from "../core/primordials.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { Preview, namesOf, previewOf } from "./preview.ts";

/** Levels below a printed object. */
const depthMax = 2;
/** Elements of an array, a Map, a Set; own properties. */
const itemsMax = 100;
const stringMax = 10_000;
/** One line up to here, else one for each part. */
const lineMax = 72;
/** What is printed of one call, in UTF-16 code units. */
const textMax = 65_536;

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

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isIdentifier(text: string): boolean {
  if (text === "") return false;
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    const isLetter = (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95 || unit === 36;
    if (!isLetter && !(index > 0 && isDigit(unit))) return false;
  }
  return true;
}

/** In quotes of a kind that the text has not, if it can be. */
function quote(text: string): string {
  let mark = "'";
  if (StringPrototypeIndexOf(text, "'") >= 0) {
    if (StringPrototypeIndexOf(text, '"') < 0) mark = '"';
    else if (StringPrototypeIndexOf(text, "`") < 0) mark = "`";
  }
  let result = mark;
  for (let index = 0; index < text.length; index++) {
    const char = StringPrototypeCharAt(text, index);
    const unit = StringPrototypeCharCodeAt(text, index);
    if (char === mark || char === "\\") result += `\\${char}`;
    else if (char === "\n") result += "\\n";
    else if (char === "\t") result += "\\t";
    else if (char === "\r") result += "\\r";
    else if (unit < 32 || unit === 127) result += `\\x${unit < 16 ? "0" : ""}${NumberToString(unit, 16)}`;
    else result += char;
  }
  return result + mark;
}

function showString(text: string): string {
  if (text.length <= stringMax) return quote(text);
  const left = text.length - stringMax;
  return `${quote(StringPrototypeSlice(text, 0, stringMax))}... ${left} more character${left === 1 ? "" : "s"}`;
}

function showNumber(value: number): string {
  return value === 0 && 1 / value < 0 ? "-0" : `${value}`;
}

/** Of more than 10,000 digits: to write one of megabytes takes seconds, and tens of megabytes. */
const bigIntEnd = 1n << 33_216n;

function showBigInt(value: bigint): string {
  return value < bigIntEnd && -bigIntEnd < value ? `${value}n` : "<a very large BigInt>";
}

function showPrimitive(value: unknown): string {
  switch (typeof value) {
    case "string":
      return showString(value);
    case "number":
      return showNumber(value);
    case "bigint":
      return showBigInt(value);
    case "symbol":
      return SymbolToString(value);
    default:
      return `${value as undefined}`;
  }
}

function indent(text: string): string {
  let result = "";
  for (let start = 0; ;) {
    const end = StringPrototypeIndexOf(text, "\n", start);
    if (end < 0) return result + StringPrototypeSlice(text, start);
    result += `${StringPrototypeSlice(text, start, end + 1)}  `;
    start = end + 1;
  }
}

/** One printed value. */
class Inspection {
  /** Objects that are being shown, the outermost first. */
  readonly #open = newList<object>();
  /** Those that something inside of them refers to. */
  readonly #circular = newList<object>();
  #left = textMax;

  show(value: unknown, depth: number): string {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject) return this.#left <= 0 ? "..." : this.#count(showPrimitive(value));
    const object = value as object;
    for (let index = 0; index < this.#open.length; index++) {
      if (this.#open[index] === object) return this.#count(`[Circular *${this.#numberOf(object)}]`);
    }
    if (this.#left <= 0) return "...";
    this.#open[this.#open.length] = object;
    const text = this.#object(object, depth);
    this.#open.length--;
    const number = this.#findCircular(object);
    return number === 0 ? text : `<ref *${number}> ${text}`;
  }

  #count(text: string): string {
    this.#left -= text.length;
    return text;
  }

  #findCircular(object: object): number {
    for (let index = 0; index < this.#circular.length; index++) if (this.#circular[index] === object) return index + 1;
    return 0;
  }

  #numberOf(object: object): number {
    const known = this.#findCircular(object);
    if (known !== 0) return known;
    this.#circular[this.#circular.length] = object;
    return this.#circular.length;
  }

  #object(object: object, depth: number): string {
    const preview = previewOf(object);
    const name = preview[1];
    switch (preview[0]) {
      case Preview.Proxy:
        return preview[2] === null ? "<Revoked Proxy>" : this.show(preview[2], depth);
      case Preview.Function:
        return this.#withProperties(this.#function(object, preview[2] as string, preview[3]), object, depth);
      case Preview.Error:
        return this.#error(object, name, depth);
      case Preview.Time:
        return this.#withProperties(preview[2] as string, object, depth);
      case Preview.RegExp:
        return this.#withProperties(this.#regExp(preview[2] as string, preview[3] as number), object, depth);
      case Preview.Boxed:
        return this.#boxed(object, preview[2], depth);
      case Preview.Weak:
        return this.#block(`${name} `, ["<items unknown>"], object, depth, false);
      case Preview.Map:
        return this.#collection(object, name, preview[2] as unknown[], true, depth);
      case Preview.Set:
        return this.#collection(object, name, preview[2] as unknown[], false, depth);
      case Preview.Iterator:
        return this.#collection(
          object,
          `[${name}]`,
          (preview[2] as unknown[] | undefined) ?? [],
          preview[3] === true,
          depth,
        );
      case Preview.Promise:
        return this.#promise(object, name, preview[2] as string, preview[3], depth);
      case Preview.ArrayBuffer:
      case Preview.DataView:
        return this.#block(`${name} `, [`byteLength: ${preview[2] as number}`], object, depth, false);
      case Preview.Generator:
        return this.#block("Object [Generator] ", [], object, depth, false);
      default:
        return this.#plain(object, name, depth);
    }
  }

  #plain(object: object, name: string, depth: number): string {
    const brand = TypedArrayBrand(object);
    if (brand !== undefined) return this.#list(object, `${brand}(${TypedArrayLength(object)}) `, depth);
    if (isArray(object)) {
      const { length } = object;
      return this.#list(object, name === "Array" ? "" : `${name}(${length}) `, depth);
    }
    return this.#block(this.#prefix(object, name), [], object, depth, false);
  }

  /** "Foo ", nothing for plain objects. */
  #prefix(object: object, name: string): string {
    if (ObjectGetPrototypeOf(object) === null) return `[${name === "" ? "Object" : name}: null prototype] `;
    return name === "Object" ? "" : `${name} `;
  }

  #function(object: object, kind: string, name: unknown): string {
    const own = typeof name === "string" && name !== "" ? name : undefined;
    if (kind !== "class") return `[${kind}${own === undefined ? " (anonymous)" : `: ${own}`}]`;
    const parent = ObjectGetPrototypeOf(object);
    const parentName = typeof parent === "function" ? previewOf(parent)[3] : undefined;
    const ends = typeof parentName === "string" && parentName !== "" ? ` extends ${parentName}` : "";
    return `[class ${own ?? "(anonymous)"}${ends}]`;
  }

  #regExp(source: string, flags: number): string {
    let text = "";
    for (let index = 0; index < flagOrder.length; index++) {
      const flag = StringPrototypeCharAt(flagOrder, index);
      if ((flags & flagBits[flag]!) !== 0) text += flag;
    }
    return `/${source}/${text}`;
  }

  #boxed(object: object, value: unknown, depth: number): string {
    const type = typeof value;
    const name =
      type === "bigint"
        ? "BigInt"
        : `${type === "string" ? "S" : type === "number" ? "N" : type === "symbol" ? "S" : "B"}${StringPrototypeSlice(type, 1)}`;
    const text = `[${name}: ${showPrimitive(value)}]`;
    return type === "string" ? text : this.#withProperties(text, object, depth);
  }

  /** The stack, and what else it has: its cause even if that is not enumerable. */
  #error(error: object, name: string, depth: number): string {
    const stack = readData(error, "stack");
    let text = typeof stack === "string" && stack !== "" ? stack : undefined;
    if (text === undefined) {
      const ownName = readData(error, "name");
      const message = readData(error, "message");
      const title = typeof ownName === "string" ? ownName : name;
      text = `[${title}${typeof message === "string" && message !== "" ? `: ${message}` : ""}]`;
    }
    const parts = newList<string>();
    for (const key of ["cause", "errors"] as const) {
      const descriptor = ReflectGetOwnPropertyDescriptor(error, key);
      if (descriptor === undefined || descriptor.enumerable || !("value" in descriptor)) continue;
      parts[parts.length] =
        `[${key}]: ${depth <= 0 ? shallow(descriptor.value) : this.show(descriptor.value, depth - 1)}`;
    }
    this.#count(text);
    const all = this.#properties(error, parts, depth, false);
    return all.length === 0 ? text : `${text} ${join(all, "{", "}")}`;
  }

  #promise(object: object, name: string, state: string, result: unknown, depth: number): string {
    if (state === "pending") return this.#block(`${name} `, ["<pending>"], object, depth, false);
    if (depth < 0) return `[${name}]`;
    const text = this.show(result, depth - 1);
    return this.#block(`${name} `, [state === "rejected" ? `<rejected> ${text}` : text], object, depth, false);
  }

  #collection(object: object, name: string, items: unknown[], pairs: boolean, depth: number): string {
    const size = pairs ? items.length / 2 : items.length;
    const kind = pairs ? "Map" : "Set";
    const isOwn = name !== kind && StringPrototypeCharAt(name, 0) !== "[";
    const prefix =
      StringPrototypeCharAt(name, 0) === "[" ? `${name} ` : `${name}(${size}) ${isOwn ? `[${kind}] ` : ""}`;
    if (depth < 0) return `[${name}]`;
    const parts = newList<string>();
    for (let index = 0; index < size && index < itemsMax; index++) {
      if (!pairs) parts[index] = this.show(items[index], depth - 1);
      else parts[index] = `${this.show(items[2 * index], depth - 1)} => ${this.show(items[2 * index + 1], depth - 1)}`;
    }
    if (size > itemsMax) parts[itemsMax] = more(size - itemsMax);
    return this.#block(prefix, parts, object, depth, false);
  }

  #list(list: object, prefix: string, depth: number): string {
    if (depth < 0) return prefix === "" ? "[Array]" : `[${StringPrototypeSlice(prefix, 0, -1)}]`;
    const isTyped = TypedArrayBrand(list) !== undefined;
    const length = isTyped ? TypedArrayLength(list) : (list as unknown[]).length;
    const parts = newList<string>();
    let index = 0;
    for (; index < length && parts.length < itemsMax && this.#left > 0; index++) {
      const descriptor = ReflectGetOwnPropertyDescriptor(list, NativeString(index));
      if (descriptor === undefined) {
        // Some of the array's holes; a million of them are not counted one by one.
        const end = nextIndex(list, index, length);
        parts[parts.length] = `<${end - index} empty item${end - index === 1 ? "" : "s"}>`;
        index = end - 1;
      } else parts[parts.length] = this.#value(descriptor, depth);
    }
    if (index < length) parts[parts.length] = more(length - index);
    return prefix + join(this.#properties(list, parts, depth, true), "[", "]");
  }

  #value(descriptor: PropertyDescriptor, depth: number): string {
    if ("value" in descriptor) return this.show(descriptor.value, depth - 1);
    if (descriptor.get === undefined) return "[Setter]";
    return descriptor.set === undefined ? "[Getter]" : "[Getter/Setter]";
  }

  #block(prefix: string, parts: string[], object: object, depth: number, skipIndexes: boolean): string {
    if (depth < 0) return `[${prefix === "" ? "Object" : StringPrototypeSlice(prefix, 0, -1)}]`;
    const list = newList<string>();
    for (let index = 0; index < parts.length; index++) list[index] = parts[index]!;
    return prefix + join(this.#properties(object, list, depth, skipIndexes), "{", "}");
  }

  #withProperties(text: string, object: object, depth: number): string {
    this.#count(text);
    const parts = depth < 0 ? newList<string>() : this.#properties(object, newList<string>(), depth, false);
    return parts.length === 0 ? text : `${text} ${join(parts, "{", "}")}`;
  }

  /** Appends the own enumerable properties. */
  #properties(object: object, parts: string[], depth: number, skipIndexes: boolean): string[] {
    const keys = skipIndexes ? namesOf(object) : ReflectOwnKeys(object);
    let shown = 0;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const descriptor = ReflectGetOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || !descriptor.enumerable) continue;
      if (++shown > itemsMax || this.#left <= 0) {
        parts[parts.length] = "...";
        break;
      }
      const name = typeof key === "symbol" ? `[${SymbolToString(key)}]` : isIdentifier(key) ? key : quote(key);
      parts[parts.length] = `${this.#count(name)}: ${this.#value(descriptor, depth)}`;
    }
    return parts;
  }
}

function more(count: number): string {
  return `... ${count} more item${count === 1 ? "" : "s"}`;
}

/** So many holes are looked at one by one: the keys of millions of elements would take more memory than they do. */
const holesNear = 10_000;

function nextIndex(list: object, from: number, length: number): number {
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

/** An own or inherited data property: no getter runs, but V8's own of the stack. */
function readData(object: object, key: string): unknown {
  let holder: object | null = object;
  for (let levels = 0; holder !== null && levels < 16; levels++) {
    const descriptor = ReflectGetOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) {
      if ("value" in descriptor) return descriptor.value;
      return key === "stack" ? (object as Record<string, unknown>)[key] : undefined;
    }
    if (previewOf(holder)[0] === Preview.Proxy) return undefined;
    holder = ObjectGetPrototypeOf(holder);
  }
  return undefined;
}

function shallow(value: unknown): string {
  return (typeof value === "object" && value !== null) || typeof value === "function"
    ? new Inspection().show(value, -1)
    : showPrimitive(value);
}

function join(parts: readonly string[], open: string, close: string): string {
  if (parts.length === 0) return open + close;
  let length = parts.length + open.length;
  let isOneLine = true;
  for (let index = 0; index < parts.length; index++) {
    length += parts[index]!.length + 1;
    if (StringPrototypeIndexOf(parts[index]!, "\n") >= 0) isOneLine = false;
  }
  isOneLine &&= length <= lineMax;
  let text = open;
  for (let index = 0; index < parts.length; index++) {
    const end = index === parts.length - 1 ? "" : ",";
    text += isOneLine ? ` ${parts[index]!}${end}` : `\n  ${indent(parts[index]!)}${end}`;
  }
  return text + (isOneLine ? " " : "\n") + close;
}

function inspect(value: unknown, depth = depthMax): string {
  return cut(new Inspection().show(value, depth));
}

function cut(text: string): string {
  return text.length <= textMax ? text : `${StringPrototypeSlice(text, 0, textMax - 3)}...`;
}

/** The number at a text's beginning: parseInt(text, 10), or parseFloat(text). */
function toNumber(value: unknown, parse: (text: string) => number): string {
  switch (typeof value) {
    case "number":
    case "string":
    case "boolean":
      return showNumber(parse(`${value}`));
    case "bigint":
      return showBigInt(value);
    default:
      return "NaN";
  }
}

const parseInteger = (text: string): number => NativeNumber.parseInt(text, 10);
const { parseFloat } = NativeNumber;

/** What a specifier makes of its argument; undefined: it is none. */
function substitute(specifier: string, value: unknown): string | undefined {
  switch (specifier) {
    case "s":
      return typeof value === "string" ? value : typeof value === "bigint" ? showBigInt(value) : inspect(value, 0);
    case "d":
    case "i":
      return toNumber(value, parseInteger);
    case "f":
      return toNumber(value, parseFloat);
    case "o":
      return inspect(value, 4);
    case "O":
      return inspect(value);
    case "c":
      return "";
    default:
      return undefined;
  }
}

/** https://console.spec.whatwg.org/#formatter, then the printer's joining of what it leaves. */
function format(args: readonly unknown[]): string {
  let next = 0;
  let text = "";
  if (args.length > 0 && typeof args[0] === "string") {
    const pattern = args[0];
    next = 1;
    let start = 0;
    for (;;) {
      const at = StringPrototypeIndexOf(pattern, "%", start);
      if (at < 0 || args.length === 1 || text.length > textMax) break;
      const specifier = StringPrototypeCharAt(pattern, at + 1);
      text += StringPrototypeSlice(pattern, start, at);
      start = at + 2;
      const value = specifier === "%" ? "%" : next < args.length ? substitute(specifier, args[next]) : undefined;
      text += value ?? `%${specifier}`;
      if (value !== undefined && specifier !== "%") next++;
    }
    text += StringPrototypeSlice(pattern, start);
  }
  for (; next < args.length && text.length <= textMax; next++) {
    const value = args[next];
    if (next > 0) text += " ";
    text += typeof value === "string" ? value : inspect(value);
  }
  return cut(text);
}

publishInternal("console formatter", { format, inspect: (value: unknown) => inspect(value) });
