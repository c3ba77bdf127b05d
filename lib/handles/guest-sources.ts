/** Streams and async generators of a guest's, as the host has them: each piece is asked for when somebody wants it. */

import type { Step } from "./steps.ts";

/** The guest's end of one. */
export interface GuestSource {
  /** Asks for the next piece, or does something else with a generator. */
  step(step: Step, value: unknown): Promise<IteratorResult<unknown, unknown>>;
  /** Nobody asks for more. */
  end(): void;
  /** Whether the guest is gone, so that there is nothing to be ended. */
  readonly isGone: boolean;
}

/** @returns a stream that asks when it is read, and keeps nothing */
export function toStream(source: GuestSource): ReadableStream<unknown> {
  return new ReadableStream<unknown>(
    {
      async pull(controller): Promise<void> {
        const { done, value } = await source.step("next", undefined);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => source.end(),
    },
    { highWaterMark: 0 },
  );
}

/** As an async generator: what is asked of it is done in the guest, in the order in which it is asked. */
export class GuestIterator implements AsyncGenerator<unknown, unknown> {
  readonly #source: GuestSource;
  #ended = false;

  constructor(source: GuestSource) {
    this.#source = source;
  }

  async next(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    return this.#ended ? { done: true, value: undefined } : this.#step("next", value);
  }

  async return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    const given = await value;
    if (this.#ended || this.#source.isGone) return { done: true, value: given };
    return this.#step("return", given);
  }

  async throw(error: unknown): Promise<IteratorResult<unknown, unknown>> {
    if (this.#ended || this.#source.isGone) throw error;
    return this.#step("throw", error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  get [Symbol.toStringTag](): string {
    return "AsyncGenerator";
  }

  async #step(step: Step, value: unknown): Promise<IteratorResult<unknown, unknown>> {
    try {
      const result = await this.#source.step(step, value);
      if (result.done) this.#ended = true;
      return result;
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }
}
