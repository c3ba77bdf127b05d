/**
 * Fetch: Headers. https://fetch.spec.whatwg.org/#headers-class
 *
 * The host decides which headers may leave, so the guard "request" forbids none: what browsers keep for themselves
 * (cookies, origin) is a guest's to ask for here.
 */
import { type PlatformSteps, notSerializable, platformObject } from "../platform-objects.ts";
import {
  NativeTypeError,
  StringPrototypeCharCodeAt,
  StringPrototypeToLowerCase,
  hideClass,
  isObject,
  newArray,
  newList,
} from "../primordials.ts";
import { appendInit } from "../url/search-params-init.ts";
import { sortPairs } from "../url/sort-pairs.ts";
import { constructing, executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type Pairs, defineIterable } from "../webidl/iterators.ts";
import { isHeaderValue, isToken, normalizeValue } from "./tokens.ts";

/** https://webidl.spec.whatwg.org/#js-ByteString */
export function toByteString(value: unknown, context: string): string {
  const text = toDOMString(value);
  for (let index = 0; index < text.length; index++) {
    if (StringPrototypeCharCodeAt(text, index) > 255) {
      throw new NativeTypeError(`${context}: A value holds a character outside of the range of a ByteString.`);
    }
  }
  return text;
}

/** https://fetch.spec.whatwg.org/#concept-header-list. Names are in lower case. */
export class HeaderList {
  names = newList<string>();
  values = newList<string>();
  /** https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine, until something changes. */
  #sorted: Pairs | undefined;

  append(name: string, value: string): void {
    const end = this.names.length;
    this.names[end] = name;
    this.values[end] = value;
    this.#sorted = undefined;
  }

  /** All values of a name, combined; null if there is none. */
  get(name: string): string | null {
    let result: string | null = null;
    for (let index = 0; index < this.names.length; index++) {
      if (this.names[index] !== name) continue;
      result = result === null ? this.values[index]! : `${result}, ${this.values[index]!}`;
    }
    return result;
  }

  all(name: string): string[] {
    const found = newList<string>();
    for (let index = 0; index < this.names.length; index++) {
      if (this.names[index] === name) found[found.length] = this.values[index]!;
    }
    return found;
  }

  delete(name: string): void {
    const names = newList<string>();
    const values = newList<string>();
    for (let index = 0; index < this.names.length; index++) {
      if (this.names[index] === name) continue;
      names[names.length] = this.names[index]!;
      values[values.length] = this.values[index]!;
    }
    this.names = names;
    this.values = values;
    this.#sorted = undefined;
  }

  set(name: string, value: string): void {
    let index = 0;
    while (index < this.names.length && this.names[index] !== name) index++;
    if (index === this.names.length) return this.append(name, value);
    const names = newList<string>();
    const values = newList<string>();
    for (let at = 0; at < this.names.length; at++) {
      if (at !== index && this.names[at] === name) continue;
      names[names.length] = this.names[at]!;
      values[values.length] = at === index ? value : this.values[at]!;
    }
    this.names = names;
    this.values = values;
    this.#sorted = undefined;
  }

  sortAndCombine(): Pairs {
    if (this.#sorted !== undefined) return this.#sorted;
    const names = newList<string>();
    const values = newList<string>();
    for (let index = 0; index < this.names.length; index++) {
      const name = this.names[index]!;
      let at = 0;
      while (name !== "set-cookie" && at < names.length && names[at] !== name) at++;
      if (name === "set-cookie" || at === names.length) {
        names[names.length] = name;
        values[values.length] = this.values[index]!;
      } else {
        values[at] = `${values[at]!}, ${this.values[index]!}`;
      }
    }
    sortPairs(names, values);
    this.#sorted = { names, values };
    return this.#sorted;
  }

  copy(): HeaderList {
    const list = new HeaderList();
    for (let index = 0; index < this.names.length; index++) list.append(this.names[index]!, this.values[index]!);
    return list;
  }
}

/** The list behind a Headers, undefined for everything else. */
export let headerListOf: (value: unknown) => HeaderList | undefined;

const on = "Headers";

/** https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #list: HeaderList;
  /** https://fetch.spec.whatwg.org/#concept-headers-guard, as far as it matters here. */
  readonly #immutable: boolean;

  static {
    headerListOf = (value) => (isObject(value) && #list in value ? value.#list : undefined);
  }

  /** The prelude passes a HeaderList. */
  constructor(init: unknown = undefined) {
    this.#immutable = init instanceof HeaderList && arguments[1] === true;
    this.#list = init instanceof HeaderList ? init : new HeaderList();
    if (init !== undefined && !(init instanceof HeaderList)) fillHeaders(this.#list, init, constructing(on));
  }

  append(name: unknown, value: unknown): void {
    const list = this.#list;
    const context = executing("append", on);
    requireArguments(arguments.length, 2, context);
    const key = toByteString(name, context);
    const text = normalizeValue(toByteString(value, context));
    checkHeader(key, text, context);
    this.#checkGuard(context);
    list.append(StringPrototypeToLowerCase(key), text);
  }

  delete(name: unknown): void {
    const list = this.#list;
    const context = executing("delete", on);
    requireArguments(arguments.length, 1, context);
    const key = toName(name, context);
    this.#checkGuard(context);
    list.delete(key);
  }

  get(name: unknown): string | null {
    const list = this.#list;
    const context = executing("get", on);
    requireArguments(arguments.length, 1, context);
    return list.get(toName(name, context));
  }

  getSetCookie(): string[] {
    return newArray(this.#list.all("set-cookie"));
  }

  has(name: unknown): boolean {
    const list = this.#list;
    const context = executing("has", on);
    requireArguments(arguments.length, 1, context);
    return list.get(toName(name, context)) !== null;
  }

  set(name: unknown, value: unknown): void {
    const list = this.#list;
    const context = executing("set", on);
    requireArguments(arguments.length, 2, context);
    const key = toByteString(name, context);
    const text = normalizeValue(toByteString(value, context));
    checkHeader(key, text, context);
    this.#checkGuard(context);
    list.set(StringPrototypeToLowerCase(key), text);
  }

  #checkGuard(context: string): void {
    if (this.#immutable) throw new NativeTypeError(`${context}: Headers are immutable.`);
  }
}

hideClass(HeaderList);

function checkHeader(name: string, value: string, context: string): void {
  if (!isToken(name)) throw new NativeTypeError(`${context}: '${name}' is not a header's name.`);
  if (!isHeaderValue(value)) throw new NativeTypeError(`${context}: A header's value is invalid.`);
}

function toName(value: unknown, context: string): string {
  const name = toByteString(value, context);
  if (!isToken(name)) throw new NativeTypeError(`${context}: '${name}' is not a header's name.`);
  return StringPrototypeToLowerCase(name);
}

/** https://fetch.spec.whatwg.org/#concept-headers-fill */
export function fillHeaders(list: HeaderList, init: unknown, context: string): void {
  if (!isObject(init)) throw new NativeTypeError(`${context}: The headers are neither a sequence nor a record.`);
  appendInit(init, context, (name, value) => {
    const key = toByteString(name, context);
    const text = normalizeValue(toByteString(value, context));
    checkHeader(key, text, context);
    list.append(StringPrototypeToLowerCase(key), text);
  });
}

export function newHeaders(list: HeaderList, immutable: boolean): Headers {
  return new (Headers as unknown as new (list: HeaderList, immutable: boolean) => Headers)(list, immutable);
}

publishInterface(Headers, "Headers");
const sorted = (headers: Headers): Pairs => {
  const list = headerListOf(headers);
  if (list === undefined) throw new NativeTypeError("Illegal invocation");
  return list.sortAndCombine();
};
defineIterable(Headers, "Headers", sorted);
