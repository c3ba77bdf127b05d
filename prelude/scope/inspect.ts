/**
 * Console: what is printed of values. No web specification.
 *
 * Objects are shown as node's util.inspect shows them, with its limits. No code of the guest's runs for it: properties are
 * read by their descriptors, and what is no property the engine tells. A library would ask the guest's own objects.
 */
import {
  DataViewBuffer,
  DataViewByteOffset,
  NativeString,
  NativeUint8Array,
  NumberToString,
  ObjectGetPrototypeOf,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafeMap,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  SymbolToStringTag,
  TypedArrayBrand,
  TypedArrayLength,
  isArray,
  newList,
} from "../core/primordials.ts";
import { countShown, forEachAttribute, forEachEntry } from "../webidl/shown.ts";
import { classOf, prefixOf, showError, showFunction, tagOf } from "./inspect-class.ts";
import { group, layOut, lineMax } from "./inspect-layout.ts";
import {
  boxed,
  errorKeys,
  hasEnumerable,
  isDetached,
  list,
  named,
  nextIndex,
  regExp,
  shallowBase,
  shallowOf,
} from "./inspect-parts.ts";
import { isDigit, more, showGetter, showKey, showPrimitive } from "./inspect-text.ts";
import { Preview, namesOf, previewOf } from "./preview.ts";

/** Elements of an array, a Map, a Set; own properties. */
const itemsMax = 100;
/** What is printed of one call, in UTF-16 code units. */
export const textMax = 65_536;

/** Not as a word: the bundle has nothing to do with clocks, and is searched for it. */
const dateName = StringPrototypeSlice("aDate", 1);

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** What an object is called. */
interface Naming {
  readonly name: string | null;
  readonly tag: string;
}

function namesItself(object: object): boolean {
  return (
    ReflectGetOwnPropertyDescriptor(object, "constructor") !== undefined ||
    ReflectGetOwnPropertyDescriptor(object, SymbolToStringTag) !== undefined
  );
}

/** One printed value. */
export class Inspection {
  /** Objects that are being shown, the outermost first. */
  readonly #open = newList<object>();
  /** Those that something inside of them refers to. */
  readonly #circular = newList<object>();
  readonly #namings = new SafeMap<object, Naming>();
  readonly #depth: number;
  readonly #items: number;
  /** Columns of a line more than usual. */
  readonly #wider: number;
  #left = textMax;
  /** The column that the line begins at. */
  #at = 0;
  /** Of the object that was opened last. */
  #level = 0;

  /**
   * @param depth - levels that are shown below the value; -1: nothing of itself
   * @param items - elements of each list, Map and Set
   * @param columns - of a line
   */
  constructor(depth: number, items = itemsMax, columns = lineMax) {
    this.#depth = depth;
    this.#items = items;
    this.#wider = columns - lineMax;
  }

  /** As the layout counts it, which knows of usual lines. */
  get #column(): number {
    return this.#at - this.#wider;
  }

  show(value: unknown, level: number): string {
    if (!isObject(value)) return this.#left <= 0 ? "..." : this.#count(showPrimitive(value, this.#column));
    let object = value;
    let preview = previewOf(object);
    while (preview[0] === Preview.Proxy) {
      if (preview[2] === null) return this.#count("<Revoked Proxy>");
      object = preview[2] as object;
      preview = previewOf(object);
    }
    for (let index = 0; index < this.#open.length; index++) {
      if (this.#open[index] === object) return this.#count(`[Circular *${this.#numberOf(object)}]`);
    }
    if (this.#left <= 0) return "...";
    this.#open[this.#open.length] = object;
    const text = this.#object(object, preview, level);
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

  #object(object: object, preview: ReturnType<typeof previewOf>, level: number): string {
    const { name, tag } = this.#naming(object, preview[1]);
    const braces = (fallback: string, size = ""): string => `${prefixOf(name, tag, fallback, size)}{`;
    const only =
      (text: string): (() => string[]) =>
      () =>
        list(this.#count(text));
    switch (preview[0]) {
      case Preview.Function: {
        const kind = preview[2] as string;
        // V8 takes both for asynchronous functions.
        const exact = kind === "AsyncFunction" && name === "AsyncGeneratorFunction" ? name : kind;
        return this.#based(showFunction(object, exact, name, tag), object, level);
      }
      case Preview.Error:
        return this.#based(showError(object, name, tag), object, level, errorKeys);
      case Preview.Time:
        return this.#based(
          named(prefixOf(name, tag, dateName), `${dateName} `) + (preview[2] as string),
          object,
          level,
        );
      case Preview.RegExp: {
        const text = regExp(preview[2] as string, preview[3] as number);
        return this.#based(named(prefixOf(name, tag, "RegExp"), "RegExp ") + text, object, level);
      }
      case Preview.Boxed:
        return this.#based(boxed(preview[2], name, tag), object, level);
      case Preview.Weak:
        return this.#block(braces(preview[1]), 1, only("<items unknown>"), object, level);
      case Preview.Map:
      case Preview.Set:
        return this.#collection(object, preview, braces, level);
      case Preview.Iterator:
        return this.#iterator(object, preview, level);
      case Preview.Promise: {
        const state = preview[2] as string;
        const result = (): string[] =>
          list(
            state === "pending"
              ? this.#count("<pending>")
              : `${state === "rejected" ? "<rejected> " : ""}${this.#inner(preview[3], level)}`,
          );
        return this.#block(braces("Promise"), 1, result, object, level);
      }
      case Preview.ArrayBuffer:
        return this.#block(
          braces("ArrayBuffer"),
          1,
          () => this.#bytes(object as ArrayBuffer, preview[2] as number),
          object,
          level,
        );
      case Preview.DataView:
        return this.#block(
          braces("DataView"),
          1,
          () => this.#view(object as DataView, preview[2] as number, level),
          object,
          level,
        );
      default:
        return this.#plain(object, preview[1], name, tag, level);
    }
  }

  /** Of objects of one prototype it is the same, but for what they have of their own. */
  #naming(object: object, otherwise: string): Naming {
    const prototype = ObjectGetPrototypeOf(object);
    const known = prototype === null || namesItself(object) ? undefined : this.#namings.get(prototype);
    if (known !== undefined) return known;
    const name = classOf(object, otherwise);
    const naming = { name, tag: tagOf(object, name) };
    if (prototype !== null && !namesItself(object)) this.#namings.set(prototype, naming);
    return naming;
  }

  #plain(object: object, own: string, name: string | null, tag: string, level: number): string {
    const brand = TypedArrayBrand(object);
    if (brand !== undefined) {
      const prefix = prefixOf(name, tag, brand, `(${TypedArrayLength(object)})`);
      return this.#list(object, prefix, TypedArrayLength(object), level);
    }
    if (isArray(object)) {
      const { length } = object;
      const prefix = name === "Array" && tag === "" ? "" : prefixOf(name, tag, "Array", `(${length})`);
      return this.#list(object, prefix, length, level);
    }
    const isPlain = name === "Object" && tag === "";
    const prefix = own === "Arguments" && isPlain ? "[Arguments] " : prefixOf(name, tag, "Object");
    if (isPlain && own !== "Arguments") return this.#block("{", 0, newList, object, level);
    const parts = (): string[] => this.#platform(object, level);
    return this.#block(`${prefix}{`, level > this.#depth ? countShown(object) : 0, parts, object, level);
  }

  /** What objects of the platform show, which are no properties of their own. */
  #platform(object: object, level: number): string[] {
    const parts = newList<string>();
    forEachAttribute(object, (name, value) => {
      parts[parts.length] = `${this.#count(name)}: ${this.#inner(value, level)}`;
    });
    forEachEntry(object, (name, value, arrow) => {
      if (parts.length > itemsMax || this.#left <= 0) return;
      const key = arrow ? `${showPrimitive(name, 0)} => ` : `${showKey(name, false)}: `;
      parts[parts.length] = parts.length === itemsMax ? "..." : this.#count(key) + this.#inner(value, level);
    });
    return parts;
  }

  #collection(
    object: object,
    preview: ReturnType<typeof previewOf>,
    braces: (fallback: string, size: string) => string,
    level: number,
  ): string {
    const isMap = preview[0] === Preview.Map;
    const items = preview[2] as unknown[];
    const size = isMap ? items.length / 2 : items.length;
    return this.#block(
      braces(isMap ? "Map" : "Set", `(${size})`),
      size,
      () => {
        const parts = newList<string>();
        for (let index = 0; index < size && index < this.#items && this.#left > 0; index++) {
          if (!isMap) parts[index] = this.#inner(items[index], level);
          else parts[index] = `${this.#inner(items[2 * index], level)} => ${this.#inner(items[2 * index + 1], level)}`;
        }
        if (size > parts.length) parts[parts.length] = more(size - parts.length);
        return parts;
      },
      object,
      level,
    );
  }

  #iterator(object: object, preview: ReturnType<typeof previewOf>, level: number): string {
    const items = (preview[2] as unknown[] | undefined) ?? [];
    const pairs = preview[3] === true;
    const size = pairs ? items.length / 2 : items.length;
    const kind = StringPrototypeSlice(preview[1], 0, 3);
    return this.#block(
      `[${kind} ${pairs ? "Entries" : "Iterator"}] {`,
      size,
      () => {
        const parts = newList<string>();
        for (let index = 0; index < size && index < this.#items && this.#left > 0; index++) {
          if (!pairs) parts[index] = this.#inner(items[index], level);
          else
            parts[index] = `[ ${this.#inner(items[2 * index], level)}, ${this.#inner(items[2 * index + 1], level)} ]`;
        }
        if (size > parts.length) parts[parts.length] = more(size - parts.length);
        return parts;
      },
      object,
      level,
    );
  }

  #bytes(buffer: ArrayBuffer, byteLength: number): string[] {
    const length = `byteLength: ${byteLength}`;
    if (TypedArrayBrand(buffer) === undefined && isDetached(buffer)) return list("(detached)", length);
    const bytes = new NativeUint8Array(buffer);
    let text = "";
    for (let index = 0; index < byteLength && index < this.#items; index++) {
      const byte = bytes[index]!;
      text += `${index === 0 ? "" : " "}${byte < 16 ? "0" : ""}${NumberToString(byte, 16)}`;
    }
    if (byteLength > this.#items) text += ` ${more(byteLength - this.#items, "byte")}`;
    return list(this.#count(`[Uint8Contents]: <${text}>`), length);
  }

  #view(view: DataView, byteLength: number, level: number): string[] {
    const offset = `byteOffset: ${DataViewByteOffset(view)}`;
    return list(`byteLength: ${byteLength}`, offset, `buffer: ${this.#inner(DataViewBuffer(view), level)}`);
  }

  #list(object: object, prefix: string, length: number, level: number): string {
    const open = `${prefix}[`;
    const keys = namesOf(object);
    if (length === 0 && !hasEnumerable(object, keys)) return this.#count(`${open}]`);
    if (level > this.#depth) return this.#count(prefix === "" ? "[Array]" : shallowOf(prefix));
    this.#level = level;
    const parts = newList<string>();
    let isNumeric = true;
    let index = 0;
    for (; index < length && parts.length < this.#items && this.#left > 0; index++) {
      const descriptor = ReflectGetOwnPropertyDescriptor(object, NativeString(index));
      if (descriptor === undefined) {
        // Some of the array's holes; a million of them are not counted one by one.
        const end = nextIndex(object, index, length);
        parts[parts.length] = this.#count(`<${end - index} empty item${end - index === 1 ? "" : "s"}>`);
        index = end - 1;
      } else parts[parts.length] = this.#value(descriptor, level);
      const type = typeof descriptor?.value;
      isNumeric &&= type === "number" || type === "bigint";
    }
    const isCut = index < length;
    if (isCut) parts[parts.length] = more(length - index);
    const count = parts.length;
    this.#properties(object, keys, parts, level);
    isNumeric &&= parts.length === count;
    const lines = group(parts, isCut && parts.length === count, isNumeric, this.#column);
    const levels = this.#level - level;
    return layOut({ parts: lines ?? parts, base: "", open, close: "]", levels, at: this.#column }, lines !== undefined);
  }

  #value(descriptor: PropertyDescriptor, level: number): string {
    if ("value" in descriptor) return this.#inner(descriptor.value, level);
    return this.#count(showGetter(descriptor));
  }

  /** What is inside of an object of this level. */
  #inner(value: unknown, level: number): string {
    this.#at += 2;
    // What is indented is printed too.
    this.#left -= this.#at;
    const text = this.show(value, level + 1);
    this.#at -= 2;
    return text;
  }

  /** What has a text of its own, and may have properties. */
  #based(
    text: string,
    object: object,
    level: number,
    hidden?: (keys: (string | symbol)[], error: object) => void,
  ): string {
    const base = this.#count(text);
    const all = ReflectOwnKeys(object);
    const keys = newList<string | symbol>();
    const isText = StringPrototypeSlice(base, 0, 7) === "[String";
    for (let index = 0; index < all.length; index++) {
      const key = all[index]!;
      if (isText && typeof key === "string" && isDigit(StringPrototypeCharCodeAt(key, 0))) continue;
      if (ReflectGetOwnPropertyDescriptor(object, key)?.enumerable === true) keys[keys.length] = key;
    }
    hidden?.(keys, object);
    if (keys.length === 0) return base;
    if (level > this.#depth)
      return hidden || isText || StringPrototypeCharAt(base, 0) === "[" ? shallowBase(base) : base;
    this.#level = level;
    const parts = this.#properties(object, keys, newList<string>(), level, true);
    return layOut({ parts, base, open: "{", close: "}", levels: this.#level - level, at: this.#column }, false);
  }

  /** @param count - of what `toParts` makes, which is shown besides properties */
  #block(open: string, count: number, toParts: () => string[], object: object, level: number): string {
    const keys = ReflectOwnKeys(object);
    if (level > this.#depth) {
      const prefix = StringPrototypeSlice(open, 0, -1);
      // What there is nothing of is shown as it is.
      if (count === 0 && !hasEnumerable(object, keys)) return this.#count(`${open}}`);
      return this.#count(prefix === "" ? "[Object]" : shallowOf(prefix));
    }
    this.#level = level;
    const parts = this.#properties(object, keys, toParts(), level);
    return layOut({ parts, base: "", open, close: "}", levels: this.#level - level, at: this.#column }, false);
  }

  /** Appends own properties: the enumerable ones, unless all of the keys are meant. */
  #properties(
    object: object,
    keys: readonly (string | symbol)[],
    parts: string[],
    level: number,
    all = false,
  ): string[] {
    let shown = 0;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const descriptor = ReflectGetOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || !(all || descriptor.enumerable)) continue;
      if (++shown > itemsMax || this.#left <= 0) {
        parts[parts.length] = "...";
        break;
      }
      const name = this.#count(showKey(key, !descriptor.enumerable));
      parts[parts.length] = `${name}: ${this.#value(descriptor, level)}`;
    }
    return parts;
  }
}
