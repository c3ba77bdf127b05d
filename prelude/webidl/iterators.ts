/**
 * Web IDL: interfaces with an iterable<> of pairs. https://webidl.spec.whatwg.org/#idl-iterable
 */
import {
  IteratorPrototype,
  NativeTypeError,
  ObjectDefineProperty,
  ObjectSetPrototypeOf,
  ReflectApply,
  ReflectDeleteProperty,
  SymbolIterator,
  SymbolToStringTag,
} from "../core/primordials.ts";
import { executing, requireArguments, toFunction } from "./converters.ts";
import { defineValue, forEachOwn } from "./interfaces.ts";
import { rememberPairs } from "./shown.ts";

/** The pairs of an object at the moment of the call; both lists are live while it is iterated. */
export interface Pairs {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

type Kind = "keys" | "values" | "entries";

/** https://webidl.spec.whatwg.org/#js-default-iterator-object: the factory of an interface's iterators. */
function defineIterator(name: string): (pairs: () => Pairs, kind: Kind) => object {
  class PairIterator {
    readonly #pairs: () => Pairs;
    readonly #kind: Kind;
    #index = 0;

    constructor(pairs: () => Pairs, kind: Kind) {
      this.#pairs = pairs;
      this.#kind = kind;
    }

    next(): { value: unknown; done: boolean } {
      if (!(#pairs in this)) throw new NativeTypeError("Illegal invocation");
      const { names, values } = this.#pairs();
      const index = this.#index;
      if (index >= names.length) return { value: undefined, done: true };
      this.#index = index + 1;
      const key = names[index]!;
      const value = values[index];
      if (this.#kind === "keys") return { value: key, done: false };
      return { value: this.#kind === "values" ? value : [key, value], done: false };
    }
  }

  const { prototype } = PairIterator;
  ObjectSetPrototypeOf(prototype, IteratorPrototype);
  ReflectDeleteProperty(prototype, "constructor");
  ObjectDefineProperty(prototype, "next", { __proto__: null, enumerable: true });
  defineValue(prototype, SymbolToStringTag, `${name} Iterator`, false, false);
  return (pairs, kind) => new PairIterator(pairs, kind);
}

/**
 * Gives a class entries(), keys(), values(), forEach() and @@iterator. After `publishInterface` or before.
 *
 * @param pairsOf the pairs of an instance; throws a TypeError for anything else
 */
export function defineIterable<T extends object>(
  constructor: { readonly prototype: T },
  name: string,
  pairsOf: (instance: T) => Pairs,
): void {
  const createIterator = defineIterator(name);
  const start = (instance: T, kind: Kind): object => {
    pairsOf(instance);
    return createIterator(() => pairsOf(instance), kind);
  };
  const methods = {
    entries(this: T): object {
      return start(this, "entries");
    },
    forEach(this: T, callback: unknown, thisArg: unknown = undefined): void {
      pairsOf(this);
      const context = executing("forEach", name);
      requireArguments(arguments.length, 1, context);
      const listener = toFunction(callback, 1, context);
      for (let index = 0; ; index++) {
        const { names, values } = pairsOf(this);
        if (index >= names.length) return;
        ReflectApply(listener, thisArg, [values[index], names[index], this]);
      }
    },
    keys(this: T): object {
      return start(this, "keys");
    },
    values(this: T): object {
      return start(this, "values");
    },
  };
  forEachOwn(methods, (key, method) => defineValue(constructor.prototype, key, method, true, true));
  defineValue(constructor.prototype, SymbolIterator, methods.entries, true, false);
  rememberPairs(name, pairsOf);
}
