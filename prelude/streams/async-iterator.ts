/**
 * Streams: asynchronous iteration. https://streams.spec.whatwg.org/#rs-asynciterator
 * https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
 */
import { AsyncIteratorPrototype, NativeTypeError, SymbolToStringTag } from "../core/primordials.ts";
import { defineValue } from "../webidl/interfaces.ts";
import { Deferred, react, rejectedPromise } from "./promises.ts";
import { type ReadResult, ReaderState, cancelStream, readDefault, releaseReader } from "./readable-state.ts";

/** https://webidl.spec.whatwg.org/#end-of-iteration */
const endOfIteration = { __proto__: null };

class IteratorState {
  readonly #reader: ReaderState;
  readonly #preventCancel: boolean;
  #ongoing: Promise<ReadResult> | undefined;
  #finished = false;

  constructor(reader: ReaderState, preventCancel: boolean) {
    this.#reader = reader;
    this.#preventCancel = preventCancel;
  }

  next(): Promise<ReadResult> {
    return this.#after(() => this.#next());
  }

  return(value: unknown): Promise<ReadResult> {
    return this.#after(() => this.#return(value));
  }

  /** Calls are served one after the other. */
  #after(steps: () => Promise<ReadResult>): Promise<ReadResult> {
    const before = this.#ongoing;
    if (before === undefined) return (this.#ongoing = steps());
    const after = new Deferred<ReadResult>();
    const run = (): void => void react(steps(), after.resolve, after.reject);
    void react(before, run, run);
    return (this.#ongoing = after.promise);
  }

  async #next(): Promise<ReadResult> {
    if (this.#finished) return { value: undefined, done: true };
    const reader = this.#reader;
    const chunk = new Deferred<unknown>();
    readDefault(reader, {
      chunk: chunk.resolve,
      close: () => {
        this.#finished = true;
        releaseReader(reader);
        chunk.resolve(endOfIteration);
      },
      error: (reason) => {
        this.#finished = true;
        releaseReader(reader);
        chunk.reject(reason);
      },
    });
    const value = await chunk.promise;
    return value === endOfIteration ? { value: undefined, done: true } : { value, done: false };
  }

  async #return(value: unknown): Promise<ReadResult> {
    if (this.#finished) return { value, done: true };
    this.#finished = true;
    const reader = this.#reader;
    if (this.#preventCancel) {
      releaseReader(reader);
    } else {
      const cancelled = cancelStream(reader.stream!, value);
      releaseReader(reader);
      await cancelled;
    }
    return { value, done: true };
  }
}

/** Gives objects the private field `#state`. */
class Returned {
  constructor(object: object) {
    return object;
  }
}

class ReadableStreamAsyncIterator extends Returned {
  readonly #state: IteratorState;

  constructor(state: IteratorState) {
    super({ __proto__: prototype } as object);
    this.#state = state;
  }

  static stateOf(value: unknown): IteratorState {
    if (typeof value === "object" && value !== null && #state in value) return value.#state;
    throw new NativeTypeError("The receiver is no ReadableStream AsyncIterator.");
  }
}

const prototype = {
  __proto__: AsyncIteratorPrototype,

  next(): Promise<ReadResult> {
    try {
      return ReadableStreamAsyncIterator.stateOf(this).next();
    } catch (error) {
      return rejectedPromise(error);
    }
  },

  return(value: unknown): Promise<ReadResult> {
    try {
      return ReadableStreamAsyncIterator.stateOf(this).return(value);
    } catch (error) {
      return rejectedPromise(error);
    }
  },
};

defineValue(prototype, SymbolToStringTag, "ReadableStream AsyncIterator", false, false);

export function newAsyncIterator(reader: ReaderState, preventCancel: boolean): object {
  return new ReadableStreamAsyncIterator(new IteratorState(reader, preventCancel));
}
