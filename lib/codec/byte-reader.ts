/** Reads numbers, strings and bytes of a message, each length checked against what is left before it is used. */
import { Buffer } from "node:buffer";
import { DecodeError } from "../contract/errors.ts";
import { BIGINT_BYTES_MAX, bigintFromBytes } from "./bigints.ts";
import { CACHED_LENGTH_MAX, ShortStrings } from "./short-strings.ts";

/** Buffer's own readers, which take any Uint8Array. */
interface Slices {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf16leSlice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
}
export const { latin1Slice, utf16leSlice, utf8Slice } = Buffer.prototype as unknown as Slices;

/**
 * Work until the next look at the clock, in units of about a tenth of a microsecond to one: a small object, some elements,
 * some KiB that are copied.
 */
export const FUEL = 256;

const KEPT_BYTES_MAX = 4 * 2 ** 20;
const NOTHING = new Uint8Array(0);
const strings = new ShortStrings();

/** The readers that need no knowledge of tags. */
export class ByteReader {
  protected bytes: Uint8Array = NOTHING;
  protected position = 0;
  protected end = 0;
  /** What is left of FUEL. */
  protected fuel = FUEL;
  #start = 0;
  #view: DataView = new DataView(NOTHING.buffer);

  /** Starts on `bytes[start … end)`. */
  protected open(bytes: Uint8Array, start: number, end: number): void {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.position = start;
    this.#start = start;
    this.end = end;
  }

  /** Lets go of a large buffer, so that it can be freed. */
  protected close(): void {
    if (this.bytes.length > KEPT_BYTES_MAX) this.open(NOTHING, 0, 0);
  }

  protected malformed(what: string): DecodeError {
    return new DecodeError(`Malformed message: ${what} at byte ${this.position - this.#start}.`);
  }

  /** Makes sure that `length` bytes are left. */
  protected need(length: number): void {
    if (length > this.end - this.position) throw this.malformed(`${length} bytes are missing`);
  }

  protected byte(): number {
    if (this.position >= this.end) throw this.malformed("the end is missing");
    return this.bytes[this.position++] as number;
  }

  protected varint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#longVarint(first & 0x7f);
  }

  #longVarint(low: number): number {
    let value = low;
    for (let shift = 7; shift < 28; shift += 7) {
      const next = this.byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    const last = this.byte();
    if (last > 0x0f) throw this.malformed("a number of more than 32 bits");
    return value + last * 0x10000000;
  }

  protected double(): number {
    this.need(8);
    const value = this.#view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  protected bigint(): bigint {
    const bits = this.varint();
    const length = bits >>> 1;
    this.need(length);
    if (length > BIGINT_BYTES_MAX) throw this.malformed(`a BigInt of more than ${BIGINT_BYTES_MAX} bytes`);
    this.fuel -= length >> 7;
    const value = bigintFromBytes(this.bytes, this.position, length, (bits & 1) === 1);
    this.position += length;
    return value;
  }

  protected latin1(): string {
    const length = this.varint();
    this.need(length);
    const start = this.position;
    this.position = start + length;
    if (length === 0) return "";
    if (length > CACHED_LENGTH_MAX) {
      this.fuel -= length >> 12;
      return latin1Slice.call(this.bytes, start, this.position);
    }
    const known = strings.find(this.bytes, start, length);
    if (known !== undefined) return known;
    const text = latin1Slice.call(this.bytes, start, this.position);
    strings.keep(text);
    return text;
  }

  protected utf16(): string {
    const length = this.varint();
    this.need(length);
    if ((length & 1) === 1) throw this.malformed("half a UTF-16 code unit");
    const start = this.position;
    this.position += length;
    this.fuel -= length >> 12;
    return utf16leSlice.call(this.bytes, start, this.position);
  }

  protected utf8(): string {
    const length = this.varint();
    this.need(length);
    const start = this.position;
    this.position += length;
    this.fuel -= length >> 12;
    return utf8Slice.call(this.bytes, start, this.position);
  }

  /** The next bytes, where they are. */
  protected here(length: number): Uint8Array {
    this.need(length);
    const from = this.position;
    this.position += length;
    return this.bytes.subarray(from, from + length);
  }

  /** A copy of the next bytes. */
  protected copy(length: number): ArrayBuffer {
    this.need(length);
    const from = this.bytes.byteOffset + this.position;
    this.position += length;
    this.fuel -= length >> 12;
    return this.bytes.buffer.slice(from, from + length) as ArrayBuffer;
  }
}
