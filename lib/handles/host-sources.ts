/** Streams and async generators of the host's that a guest reads: each piece is asked for by number. */
import { LimitError } from "../contract/errors.ts";
import { Kind } from "./crossing.ts";
import type { Step } from "./steps.ts";
import { take, toAsked } from "./steps.ts";

/** Counts what is kept on the guest's behalf, in bytes. */
export interface HandleBudget {
  /** @returns whether there is room for it */
  take(bytes: number): boolean;
  release(bytes: number): void;
  refusal(what: string): Error;
}

/** What one takes: a stream, its reader and what both hold. */
const SOURCE_BYTES = 2048;

/** A guest's platform asks for one piece at a time, a guest for as many as it likes. */
const ASKED_MAX = 64;

interface Source {
  /** The request whose answer tells the guest of it, until the guest has asked for a piece. */
  requestId: number;
  asked: number;
  step(step: Step, value: unknown): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  end(reason: unknown): Promise<unknown>;
}

/** Those of one guest. */
export class HostSources {
  readonly #budget: HandleBudget;
  readonly #sources = new Map<number, Source>();
  /** By the request whose answer tells of them: the guest may have given it up. */
  readonly #unseen = new Map<number, number[]>();
  #lastId = 0;

  constructor(budget: HandleBudget) {
    this.#budget = budget;
  }

  /**
   * @returns what to send for it, undefined if it is neither stream nor generator
   * @throws LimitError; TypeError for a stream that somebody reads
   */
  offer(object: object, requestId: number): readonly [kind: Kind, id: number] | undefined {
    const kind = kindOf(object);
    if (kind === undefined) return undefined;
    if (!this.#budget.take(SOURCE_BYTES)) throw this.#budget.refusal("a stream");
    try {
      const source =
        kind === Kind.Stream ? fromStream(object as ReadableStream) : fromIterator(object as AsyncGenerator);
      this.#sources.set(++this.#lastId, { requestId, asked: 0, ...source });
    } catch (error) {
      this.#budget.release(SOURCE_BYTES);
      throw error;
    }
    if (requestId !== 0) this.#unseen.set(requestId, [...(this.#unseen.get(requestId) ?? []), this.#lastId]);
    return [kind, this.#lastId];
  }

  /** Whether there is such a source: to refuse its request would be to keep it for good. */
  has(data: unknown): boolean {
    return this.#sources.has(toAsked(data).id as number);
  }

  /** The guest's next piece, or what it asks of a generator instead. A source that is not there is at its end. */
  async next(data: unknown): Promise<{ readonly done: boolean; readonly value?: unknown }> {
    const { id, step, value: given } = toAsked(data);
    const source = this.#sources.get(id as number);
    if (!source) {
      if (step === "throw") throw given;
      return { done: true, value: step === "return" ? given : undefined };
    }
    this.#unseen.delete(source.requestId);
    if (source.asked >= ASKED_MAX)
      throw new LimitError(`A guest may ask for ${ASKED_MAX} pieces of a stream at a time.`);
    source.asked++;
    try {
      const { done, value } = await source.step(step, given);
      if (!done) return { done: false, value };
      this.#forget(id as number);
      return { done: true, value };
    } catch (error) {
      this.#forget(id as number);
      throw error;
    } finally {
      source.asked--;
    }
  }

  /** Nobody reads on. Its failure to end is nobody's concern. */
  end(data: unknown, reason: unknown): void {
    const { id } = toAsked(data);
    const source = this.#sources.get(id as number);
    if (!source) return;
    this.#forget(id as number);
    source.end(reason).catch(() => {});
  }

  /** The guest gave the request up whose answer told of them. */
  abandon(requestId: number, reason: unknown): void {
    for (const id of this.#unseen.get(requestId) ?? []) this.end(id, reason);
    this.#unseen.delete(requestId);
  }

  close(reason: unknown): void {
    for (const id of [...this.#sources.keys()]) this.end(id, reason);
    this.#unseen.clear();
  }

  #forget(id: number): void {
    if (this.#sources.delete(id)) this.#budget.release(SOURCE_BYTES);
  }
}

/** Ends what a guest will not be told of. */
export function endUnsent(object: object, reason: unknown): void {
  const kind = kindOf(object);
  if (kind === Kind.Stream && !(object as ReadableStream).locked)
    (object as ReadableStream).cancel(reason).catch(() => {});
  if (kind === Kind.Iterator) (object as AsyncGenerator).return(undefined).catch(() => {});
}

function kindOf(object: object): Kind | undefined {
  if (object instanceof ReadableStream) return Kind.Stream;
  return Object.prototype.toString.call(object) === "[object AsyncGenerator]" ? Kind.Iterator : undefined;
}

function fromStream(stream: ReadableStream): Pick<Source, "step" | "end"> {
  const reader = stream.getReader();
  return { step: () => reader.read(), end: (reason) => reader.cancel(reason) };
}

function fromIterator(iterator: AsyncGenerator): Pick<Source, "step" | "end"> {
  return { step: (step, value) => take(iterator, step, value), end: () => iterator.return(undefined) };
}
