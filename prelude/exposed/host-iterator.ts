/**
 * Async generators of the host's, as the guest has them: what is asked of one is done by the host's, in the order in which it
 * is asked. One that nobody can reach any more is given up. No web specification.
 */
import { callPlace } from "../core/call-place.ts";
import {
  AsyncIteratorPrototype,
  FinalizationRegistryRegister,
  FinalizationRegistryUnregister,
  NativeFinalizationRegistry,
  NativeTypeError,
  SymbolToStringTag,
} from "../core/primordials.ts";
import { sendRequest } from "../network/network.ts";
import { Deferred, rejectedPromise, resolvedPromise } from "../streams/promises.ts";
import { defineValue } from "../webidl/interfaces.ts";
import { giveUp } from "./give-up.ts";

/** What its methods come to. */
interface Result {
  done: boolean;
  value: unknown;
}

const registry = new NativeFinalizationRegistry<number>(giveUp);

/** Gives objects the private field `#host`. */
class Returned {
  constructor(object: object) {
    return object;
  }
}

class HostIterator extends Returned {
  readonly #id: number;
  /** It has come to its end. */
  #ended = false;

  constructor(id: number) {
    super({ __proto__: prototype } as object);
    this.#id = id;
    FinalizationRegistryRegister(registry, this, id, this);
  }

  static step(self: unknown, how: "next" | "return" | "throw", value: unknown): Promise<Result> {
    if (typeof self !== "object" || self === null || !(#id in self)) {
      return rejectedPromise(new NativeTypeError("The receiver is no async generator of the host."));
    }
    return self.#step(how, value);
  }

  #step(how: "next" | "return" | "throw", value: unknown): Promise<Result> {
    if (this.#ended) {
      if (how === "throw") return rejectedPromise(value);
      return resolvedPromise<Result>({ value: how === "return" ? value : undefined, done: true });
    }
    const result = new Deferred<Result>();
    const take = (answer: unknown): void => {
      // What the library answers: { done, value }.
      const piece = answer as Result;
      if (piece.done) this.#end();
      result.resolve({ value: piece.value, done: piece.done });
    };
    const fail = (reason: unknown): void => {
      this.#end();
      // The host may have refused to ask it.
      giveUp(this.#id);
      result.reject(reason);
    };
    try {
      const asked = how === "next" && value === undefined ? this.#id : [this.#id, how, value];
      const request = sendRequest("__handle.next", asked, undefined, take, fail);
      request.place = callPlace();
    } catch (error) {
      // What cannot be sent is the caller's, and the generator waits for something else.
      result.reject(error);
    }
    return result.promise;
  }

  #end(): void {
    this.#ended = true;
    FinalizationRegistryUnregister(registry, this);
  }
}

const prototype = {
  __proto__: AsyncIteratorPrototype,

  next(value: unknown = undefined): Promise<Result> {
    return HostIterator.step(this, "next", value);
  },

  return(value: unknown = undefined): Promise<Result> {
    return HostIterator.step(this, "return", value);
  },

  throw(error: unknown = undefined): Promise<Result> {
    return HostIterator.step(this, "throw", error);
  },
};

defineValue(prototype, SymbolToStringTag, "AsyncGenerator", false, false);

export function newHostIterator(id: number): object {
  return new HostIterator(id);
}
