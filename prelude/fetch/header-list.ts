/**
 * Fetch: header lists. https://fetch.spec.whatwg.org/#concept-header-list
 */
import { ObjectFreeze, isObject, newList } from "../core/primordials.ts";
import { sortPairs } from "../url/sort-pairs.ts";
import type { Pairs } from "../webidl/iterators.ts";

/** Most requests have no headers of their own, and to make a list without a prototype takes V8 a while. */
const empty: string[] = ObjectFreeze(newList<string>());
const nothing: Pairs = ObjectFreeze({ names: empty, values: empty });

/** Unlike `instanceof` it calls no trap of a proxy's. */
export let isHeaderList: (value: unknown) => value is HeaderList;

/** Names are in lower case. */
export class HeaderList {
  static {
    isHeaderList = (value): value is HeaderList => isObject(value) && #sorted in value;
  }

  names = empty;
  values = empty;
  /** https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine, until something changes. */
  #sorted: Pairs | undefined;

  append(name: string, value: string): void {
    const end = this.names.length;
    if (end === 0) {
      this.names = newList();
      this.values = newList();
    }
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
    if (this.names.length === 0) return nothing;
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
