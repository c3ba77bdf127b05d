/**
 * Fetch: Headers. https://fetch.spec.whatwg.org/#headers-class
 *
 * The host decides which headers may leave. The guard "request" ignores what is about the connection, as in browsers;
 * what else those keep for themselves (cookies, origin) is a guest's to set here. The guard "response" forbids nothing.
 */
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import {
  NativeTypeError,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  isObject,
  newArray,
} from "../core/primordials.ts";
import { appendInit } from "../url/search-params-init.ts";
import { constructing, executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type Pairs, defineIterable } from "../webidl/iterators.ts";
import { HeaderList, isHeaderList } from "./header-list.ts";
import { isPrivilegedName, isSafelisted, isSafelistedName } from "./no-cors.ts";
import { isHeaderValue, isToken, normalizeValue } from "../core/tokens.ts";

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

/** https://fetch.spec.whatwg.org/#concept-headers-guard, as far as it matters here: "none" stands for all that allow. */
export type Guard = "none" | "request" | "request-no-cors" | "immutable";

/** The list behind a Headers, undefined for everything else. */
export let headerListOf: (value: unknown) => HeaderList | undefined;

const on = "Headers";

/** https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #list: HeaderList;
  readonly #guard: Guard;

  static {
    headerListOf = (value) => (isObject(value) && #list in value ? value.#list : undefined);
  }

  /** The prelude passes a HeaderList and a guard. */
  constructor(init: unknown = undefined) {
    if (isHeaderList(init)) {
      this.#list = init;
      this.#guard = arguments[1] as Guard;
      return;
    }
    this.#list = new HeaderList();
    this.#guard = "none";
    if (init !== undefined) fillHeaders(this.#list, init, "none", constructing(on));
  }

  append(name: unknown, value: unknown): void {
    const list = this.#list;
    const context = executing("append", on);
    requireArguments(arguments.length, 2, context);
    appendHeader(list, toByteString(name, context), toByteString(value, context), this.#guard, context);
  }

  /** https://fetch.spec.whatwg.org/#dom-headers-delete */
  delete(name: unknown): void {
    const list = this.#list;
    const context = executing("delete", on);
    requireArguments(arguments.length, 1, context);
    const key = toName(name, context);
    if (!passesGuard(key, this.#guard, context)) return;
    if (this.#guard === "request-no-cors" && !isSafelistedName(key) && !isPrivilegedName(key)) return;
    list.delete(key);
    this.#removePrivileged();
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

  /** https://fetch.spec.whatwg.org/#dom-headers-set */
  set(name: unknown, value: unknown): void {
    const list = this.#list;
    const context = executing("set", on);
    requireArguments(arguments.length, 2, context);
    const key = toByteString(name, context);
    const text = normalizeValue(toByteString(value, context));
    checkHeader(key, text, context);
    const lower = StringPrototypeToLowerCase(key);
    if (!passesGuard(lower, this.#guard, context)) return;
    if (this.#guard === "request-no-cors" && !isSafelisted(lower, text)) return;
    list.set(lower, text);
    this.#removePrivileged();
  }

  /** https://fetch.spec.whatwg.org/#concept-headers-remove-privileged-no-cors-request-headers */
  #removePrivileged(): void {
    if (this.#guard === "request-no-cors") this.#list.delete("range");
  }
}

function checkHeader(name: string, value: string, context: string): void {
  if (!isToken(name)) throw new NativeTypeError(`${context}: '${name}' is not a header's name.`);
  if (!isHeaderValue(value)) throw new NativeTypeError(`${context}: A header's value is invalid.`);
}

/** https://fetch.spec.whatwg.org/#headers-validate, for a name in lower case. False: nothing is to happen. */
function passesGuard(name: string, guard: Guard, context: string): boolean {
  if (guard === "immutable") throw new NativeTypeError(`${context}: Headers are immutable.`);
  return guard !== "request" || !isAboutConnection(name);
}

/** Of https://fetch.spec.whatwg.org/#forbidden-request-header what says how a message is carried, not what it says. */
function isAboutConnection(name: string): boolean {
  switch (name) {
    case "accept-encoding":
    case "connection":
    case "content-length":
    case "expect":
    case "host":
    case "keep-alive":
    case "te":
    case "trailer":
    case "transfer-encoding":
    case "upgrade":
    case "via":
      return true;
    default:
      return StringPrototypeSlice(name, 0, 6) === "proxy-";
  }
}

function toName(value: unknown, context: string): string {
  const name = toByteString(value, context);
  if (!isToken(name)) throw new NativeTypeError(`${context}: '${name}' is not a header's name.`);
  return StringPrototypeToLowerCase(name);
}

/** https://fetch.spec.whatwg.org/#concept-headers-append */
export function appendHeader(list: HeaderList, name: string, value: string, guard: Guard, context: string): void {
  const text = normalizeValue(value);
  checkHeader(name, text, context);
  const key = StringPrototypeToLowerCase(name);
  if (!passesGuard(key, guard, context)) return;
  if (guard === "request-no-cors") {
    const before = list.get(key);
    if (!isSafelisted(key, before === null ? text : `${before}, ${text}`)) return;
    list.delete("range");
  }
  list.append(key, text);
}

/** https://fetch.spec.whatwg.org/#concept-headers-fill */
export function fillHeaders(list: HeaderList, init: unknown, guard: Guard, context: string): void {
  if (!isObject(init)) throw new NativeTypeError(`${context}: The headers are neither a sequence nor a record.`);
  const append = (name: string, value: string): void => appendHeader(list, name, value, guard, context);
  appendInit(init, context, append, (value) => toByteString(value, context));
}

export function newHeaders(list: HeaderList, guard: Guard): Headers {
  return new (Headers as unknown as new (list: HeaderList, guard: Guard) => Headers)(list, guard);
}

publishInterface(Headers, "Headers");
const sorted = (headers: Headers): Pairs => {
  const list = headerListOf(headers);
  if (list === undefined) throw new NativeTypeError("Illegal invocation");
  return list.sortAndCombine();
};
defineIterable(Headers, "Headers", sorted);
