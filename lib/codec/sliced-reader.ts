/** Reads a message in slices: how it is interrupted and goes on, and what is long in one piece. */
import { ByteReader, FUEL, latin1Slice, utf16leSlice } from "./byte-reader.ts";
import * as wire from "./wire-format.ts";

/** Bytes of a text that is hashed, or made in one step: messages' names, keys of any kind, texts of errors and Strings. */
export const TEXT_BYTES_MAX = 2 ** 20;

/** Longer strings and buffers are copied in pieces, in bytes. */
export const AT_ONCE_BYTES = 2 ** 20;
/** Even, for UTF-16. */
export const PIECE_BYTES = 256 * 1024;

/** In the place of a value: the time is up. */
export const SUSPENDED = Symbol("suspended");

/** How a method goes on: with the value that it waited for, if it did. */
export type Step = (value: unknown) => unknown;

/** The part of a reader that knows of time. */
export class SlicedReader extends ByteReader {
  /** The time until which this slice may last; Infinity where all is read at once. */
  #deadline = Infinity;
  /** Who waits, the innermost first. */
  #steps: Step[] = [];

  /** Begins with this step. */
  protected first(step: Step): void {
    this.#steps = [step];
  }

  /** From now on all is read at once. */
  protected atOnce(): void {
    this.#deadline = Infinity;
  }

  /** Goes on from the innermost that waits outwards, or with the first step. */
  protected proceed(deadline: number): unknown {
    this.#deadline = deadline;
    const steps = this.#steps;
    this.#steps = [];
    let value: unknown;
    for (let next = 0; next < steps.length; next++) {
      value = steps[next]!(value);
      if (value !== SUSPENDED) continue;
      for (let rest = next + 1; rest < steps.length; rest++) this.#steps.push(steps[rest]!);
      return SUSPENDED;
    }
    return value;
  }

  /** Keeps how a method goes on. It then answers what this does. */
  protected suspend(step: Step): typeof SUSPENDED {
    this.#steps.push(step);
    return SUSPENDED;
  }

  /** Whether the time is up, when there was enough work to look at the clock. */
  protected isLate(): boolean {
    this.fuel = FUEL;
    return this.#deadline !== Infinity && performance.now() >= this.#deadline;
  }

  /** A string of which the tag has been read, if it has no more bytes than that. */
  protected stringOf(tag: number, bytesMax: number, what: string): string {
    if (this.end - this.position > bytesMax && this.#lengthAhead() > bytesMax) {
      throw this.malformed(`${what} of more than ${bytesMax} bytes`);
    }
    if (tag === wire.TAG_STRING_LATIN1) return this.latin1();
    return tag === wire.TAG_STRING_UTF16 ? this.utf16() : this.utf8();
  }

  /** The length that comes next, which is still to be read. */
  #lengthAhead(): number {
    const at = this.position;
    const length = this.varint();
    this.position = at;
    return length;
  }

  /** A string of which the tag has been read: in pieces if it is long. */
  protected longString(tag: number): unknown {
    const length = this.#lengthAhead();
    if (length <= AT_ONCE_BYTES) return tag === wire.TAG_STRING_LATIN1 ? this.latin1() : this.utf16();
    this.varint();
    this.need(length);
    if (tag === wire.TAG_STRING_UTF16 && (length & 1) === 1) throw this.malformed("half a UTF-16 code unit");
    return this.#stringPieces(tag, this.position + length, "");
  }

  /** The rest of a long string, which ends there. */
  #stringPieces(tag: number, end: number, before: string): unknown {
    const slice = tag === wire.TAG_STRING_LATIN1 ? latin1Slice : utf16leSlice;
    let text = before;
    while (this.position < end) {
      if (text !== before && this.isLate()) return this.suspend(this.#stringPieces.bind(this, tag, end, text));
      const to = Math.min(this.position + PIECE_BYTES, end);
      text += slice.call(this.bytes, this.position, to);
      this.position = to;
    }
    return text;
  }
}
