/** Writes numbers, strings and bytes of a message into memory that grows. */
import { Buffer } from "node:buffer";
import { DataCloneError } from "../contract/errors.ts";
import { bigintToBytes } from "./bigints.ts";
import type { ByteSink } from "./byte-sink.ts";
import * as wire from "./wire-format.ts";

/** Strings up to this length are copied a character at a time; longer ones by Buffer. Less than 128: a one-byte length. */
const SHORT_MAX = 40;
const CAPACITY_MAX = 2 ** 32 - 1;
/** Larger memory is the sink's alone, so that it can be freed. */
const KEPT_BYTES_MAX = 4 * 2 ** 20;

/** Buffer's own writers. */
interface Writes {
  latin1Write(this: Buffer, text: string, offset: number, length: number): number;
  utf16leWrite(this: Buffer, text: string, offset: number, length: number): number;
}
const EMPTY = Buffer.alloc(0);
const { latin1Write, utf16leWrite } = Buffer.prototype as unknown as Writes;

/** The writers that need to know nothing of objects. */
export class ByteWriter {
  #bytes: Buffer = EMPTY;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #position = 0;

  /**
   * Takes the sink's memory and writes the header. Until `close` the sink has none: what a getter writes into it in the
   * meantime, and reads from it at once, does not touch this message.
   */
  protected open(sink: ByteSink): void {
    if (this.#bytes !== sink.bytes) this.#use(sink.bytes);
    sink.bytes = EMPTY;
    this.#position = 0;
    this.byte(wire.VERSION_TAG);
    this.byte(wire.VERSION);
  }

  /** Gives the sink its memory, with the message. */
  protected close(sink: ByteSink): void {
    sink.bytes = this.#bytes;
    sink.length = this.#position;
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#use(EMPTY);
  }

  protected number(value: number): void {
    this.#reserve(9);
    if ((value | 0) === value && (value !== 0 || !Object.is(value, -0))) {
      this.#bytes[this.#position++] = wire.TAG_INT32;
      this.varint(((value << 1) ^ (value >> 31)) >>> 0);
    } else {
      this.#bytes[this.#position] = wire.TAG_DOUBLE;
      this.#view.setFloat64(this.#position + 1, value, true);
      this.#position += 9;
    }
  }

  protected double(tag: number, value: number): void {
    this.#reserve(9);
    this.#bytes[this.#position] = tag;
    this.#view.setFloat64(this.#position + 1, value, true);
    this.#position += 9;
  }

  protected bigint(tag: number, value: bigint): void {
    const magnitude = bigintToBytes(value);
    this.byte(tag);
    this.varint(magnitude.length * 2 + (value < 0n ? 1 : 0));
    this.#reserve(magnitude.length);
    this.#bytes.set(magnitude, this.#position);
    this.#position += magnitude.length;
  }

  protected string(value: string): void {
    const { length } = value;
    if (length > SHORT_MAX) return this.#longString(value);
    this.#reserve(length + 2);
    const bytes = this.#bytes;
    const start = this.#position + 2;
    let bits = 0;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      bits |= unit;
      bytes[start + i] = unit;
    }
    if (bits > 0xff) return this.#wideString(value);
    bytes[start - 2] = wire.TAG_STRING_LATIN1;
    bytes[start - 1] = length;
    this.#position = start + length;
  }

  #longString(value: string): void {
    const { length } = value;
    if (Buffer.byteLength(value) !== length && hasWideUnit(value)) return this.#wideString(value);
    this.#reserve(length + 6);
    this.#bytes[this.#position++] = wire.TAG_STRING_LATIN1;
    this.varint(length);
    latin1Write.call(this.#bytes, value, this.#position, length);
    this.#position += length;
  }

  #wideString(value: string): void {
    const byteLength = value.length * 2;
    this.#reserve(byteLength + 7);
    // V8 reads the units fastest where they are aligned.
    const lengthSize = byteLength < 128 ? 1 : byteLength < 16384 ? 2 : byteLength < 2097152 ? 3 : 4;
    if (((this.#position + 1 + lengthSize) & 1) === 1) this.#bytes[this.#position++] = wire.TAG_PADDING;
    this.#bytes[this.#position++] = wire.TAG_STRING_UTF16;
    this.varint(byteLength);
    utf16leWrite.call(this.#bytes, value, this.#position, byteLength);
    this.#position += byteLength;
  }

  protected raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    this.#bytes.set(bytes, this.#position);
    this.#position += length;
  }

  protected byte(value: number): void {
    if (this.#position === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#position++] = value;
  }

  protected varint(value: number): void {
    this.#reserve(5);
    const bytes = this.#bytes;
    let rest = value;
    while (rest > 0x7f) {
      bytes[this.#position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.#position++] = rest;
  }

  #reserve(count: number): void {
    if (this.#position + count > this.#bytes.length) this.#grow(this.#position + count);
  }

  #grow(capacity: number): void {
    if (capacity > CAPACITY_MAX) throw new DataCloneError("The data takes more than 4 GiB.");
    const bytes = Buffer.allocUnsafeSlow(Math.min(Math.max(capacity, this.#bytes.length * 2), CAPACITY_MAX));
    bytes.set(this.#bytes.subarray(0, this.#position));
    this.#use(bytes);
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

function hasWideUnit(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0xff) return true;
  return false;
}
