/**
 * URL: URLSearchParams. https://url.spec.whatwg.org/#interface-urlsearchparams
 */
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { Op } from "../core/engine.ts";
import {
  NativeTypeError,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  isObject,
  newArray,
  newList,
} from "../core/primordials.ts";
import { constructing, executing, requireArguments, toUSVString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type Pairs, defineIterable } from "../webidl/iterators.ts";
import { appendInit } from "./search-params-init.ts";
import { sortPairs } from "./sort-pairs.ts";

const questionMark = 0x3f;

/** Told what the parameters of a URL have become. */
type Owner = (query: string) => void;

let setQuery: (params: URLSearchParams, query: string) => void;
let setOwner: (params: URLSearchParams, owner: Owner) => void;
let pairsOf: (params: URLSearchParams) => Pairs;
/** The text of a URLSearchParams, undefined for everything else. */
export let searchParamsText: (value: unknown) => string | undefined;

export class URLSearchParams {
  readonly [platformObject]: PlatformSteps = notSerializable;
  #names: string[] = newList();
  #values: string[] = newList();
  /** https://url.spec.whatwg.org/#concept-urlsearchparams-url-object */
  #owner: Owner | undefined;

  static {
    setQuery = (params, query) => params.#parse(query);
    setOwner = (params, owner) => {
      params.#owner = owner;
    };
    pairsOf = (params) => ({ names: params.#names, values: params.#values });
    searchParamsText = (value) => (isObject(value) && #names in value ? value.#serialize() : undefined);
  }

  constructor(init: unknown = "") {
    if (isObject(init)) {
      appendInit(init, constructing("URLSearchParams"), (name, value) => this.#append(name, value));
      return;
    }
    const text = toUSVString(init);
    this.#parse(StringPrototypeCharCodeAt(text, 0) === questionMark ? StringPrototypeSlice(text, 1) : text);
  }

  get size(): number {
    return this.#names.length;
  }

  append(name: unknown, value: unknown): void {
    this.#check();
    requireArguments(arguments.length, 2, executing("append", "URLSearchParams"));
    this.#append(toUSVString(name), toUSVString(value));
    this.#update();
  }

  delete(name: unknown, value: unknown = undefined): void {
    this.#check();
    requireArguments(arguments.length, 1, executing("delete", "URLSearchParams"));
    const nameText = toUSVString(name);
    const valueText = value === undefined ? undefined : toUSVString(value);
    this.#remove(nameText, valueText, 0);
    this.#update();
  }

  get(name: unknown): string | null {
    this.#check();
    requireArguments(arguments.length, 1, executing("get", "URLSearchParams"));
    const index = this.#find(toUSVString(name), undefined, 0);
    return index < 0 ? null : this.#values[index]!;
  }

  getAll(name: unknown): string[] {
    this.#check();
    requireArguments(arguments.length, 1, executing("getAll", "URLSearchParams"));
    const text = toUSVString(name);
    const found = newList<string>();
    for (let index = this.#find(text, undefined, 0); index >= 0; index = this.#find(text, undefined, index + 1)) {
      found[found.length] = this.#values[index]!;
    }
    return newArray(found);
  }

  has(name: unknown, value: unknown = undefined): boolean {
    this.#check();
    requireArguments(arguments.length, 1, executing("has", "URLSearchParams"));
    const nameText = toUSVString(name);
    return this.#find(nameText, value === undefined ? undefined : toUSVString(value), 0) >= 0;
  }

  set(name: unknown, value: unknown): void {
    this.#check();
    requireArguments(arguments.length, 2, executing("set", "URLSearchParams"));
    const nameText = toUSVString(name);
    const valueText = toUSVString(value);
    const first = this.#find(nameText, undefined, 0);
    if (first < 0) {
      this.#append(nameText, valueText);
    } else {
      this.#values[first] = valueText;
      this.#remove(nameText, undefined, first + 1);
    }
    this.#update();
  }

  sort(): void {
    this.#check();
    sortPairs(this.#names, this.#values);
    this.#update();
  }

  toString(): string {
    return this.#serialize();
  }

  /** https://url.spec.whatwg.org/#concept-urlencoded-serializer */
  #serialize(): string {
    return op(Op.UrlencodedSerialize, this.#names, this.#values);
  }

  /** A brand check ahead of the arguments': reading a private member throws for anything else. */
  #check(): void {
    if (!(#names in this)) throw new NativeTypeError("Illegal invocation");
  }

  #append(name: string, value: string): void {
    this.#names[this.#names.length] = name;
    this.#values[this.#values.length] = value;
  }

  #find(name: string, value: string | undefined, from: number): number {
    for (let index = from; index < this.#names.length; index++) {
      if (this.#names[index] === name && (value === undefined || this.#values[index] === value)) return index;
    }
    return -1;
  }

  #remove(name: string, value: string | undefined, from: number): void {
    let kept = from;
    for (let index = from; index < this.#names.length; index++) {
      if (this.#names[index] === name && (value === undefined || this.#values[index] === value)) continue;
      this.#names[kept] = this.#names[index]!;
      this.#values[kept] = this.#values[index]!;
      kept++;
    }
    this.#names.length = kept;
    this.#values.length = kept;
  }

  #parse(query: string): void {
    this.#names.length = 0;
    this.#values.length = 0;
    if (query === "") return;
    const list = op(Op.UrlencodedParse, query);
    for (let index = 0; index < list.length; index += 2) this.#append(list[index]!, list[index + 1]!);
  }

  /** https://url.spec.whatwg.org/#concept-urlsearchparams-update */
  #update(): void {
    this.#owner?.(this.#serialize());
  }
}

publishInterface(URLSearchParams, "URLSearchParams");
defineIterable(URLSearchParams, "URLSearchParams", (params) => pairsOf(params));

/** The parameters of a URL: `owner` gets the new query after each change. */
export function createSearchParams(query: string, owner: Owner): URLSearchParams {
  const params = new URLSearchParams();
  setQuery(params, query);
  setOwner(params, owner);
  return params;
}

/** Makes them those of a query without its "?", without telling the owner. */
export function replaceSearchParams(params: URLSearchParams, query: string): void {
  setQuery(params, query);
}
