/** A caller's wait, which its signal may end. */
import type { Isolate } from "../api/isolate.ts";
import { AbortError } from "../contract/errors.ts";

/** Somebody who waits for an isolate. */
export class Waiter {
  readonly #deferred = Promise.withResolvers<Isolate>();
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void;

  /**
   * @param doing - what is given up, for the error
   * @param gaveUp - it waits no longer, of its own accord
   */
  constructor(doing: string, signal: AbortSignal | undefined, gaveUp: () => void) {
    this.#signal = signal;
    this.#abort = () => {
      gaveUp();
      this.reject(new AbortError(doing, signal?.reason));
    };
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  get promise(): Promise<Isolate> {
    return this.#deferred.promise;
  }

  resolve(isolate: Isolate): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#deferred.resolve(isolate);
  }

  reject(error: unknown): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#deferred.reject(error);
  }
}
