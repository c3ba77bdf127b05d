/** Streams and async generators of a guest's, as the host has them: each piece is asked for when somebody wants it. */

/** The guest's end of one. */
export interface GuestSource {
  /** Asks for the next piece. */
  next(): Promise<IteratorResult<unknown, undefined>>;
  /** Nobody asks for more. */
  end(): void;
}

/** @returns a stream that asks when it is read, and keeps nothing */
export function toStream(source: GuestSource): ReadableStream<unknown> {
  return new ReadableStream<unknown>(
    {
      async pull(controller): Promise<void> {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => source.end(),
    },
    { highWaterMark: 0 },
  );
}

/** As an async generator: `for await` takes what it yields, and ends it when it is left. */
export class GuestIterator implements AsyncGenerator<unknown, undefined> {
  readonly #source: GuestSource;
  #ended = false;

  constructor(source: GuestSource) {
    this.#source = source;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const result = await this.#source.next();
      if (result.done) this.#ended = true;
      return result;
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    this.#end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  get [Symbol.toStringTag](): string {
    return "AsyncGenerator";
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#source.end();
  }
}
