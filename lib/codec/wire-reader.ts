/**
 * Reads V8's wire format from a guest: hostile bytes. Nothing is allocated because of a number in the message, only for
 * bytes that are there; no key the guest chose reaches a setter; whatever is not in order ends in a DecodeError.
 */
import { DecodeError } from "../contract/errors.ts";
import { arrayIndex } from "./array-keys.ts";
import { makeView, resizableBuffer } from "./buffers.ts";
import { ByteReader } from "./byte-reader.ts";
import { makeError, setCause } from "./errors-from-guest.ts";
import { HoleBudget, defineProperty, isPlainKey } from "./safe-put.ts";
import { CACHED_LENGTH_MAX, ShortStrings } from "./short-strings.ts";
import * as wire from "./wire-format.ts";

/** Levels of nesting at most. A guest's own V8 runs out of stack when it writes some 3,000. */
export const DECODE_DEPTH_MAX = 4000;

/** Plain keys only, so that one that is found needs no further look. */
const keys = new ShortStrings();
const REGEXP_BITS = wire.REGEXP_FLAGS.reduce((bits, flag, i) => (flag === "" ? bits : bits | (1 << i)), 0);
const ERROR_TYPES = new Map(wire.ERROR_TYPES);

/** Decides about a message by its name. */
export type Borrows = (name: unknown) => boolean;

/** Reads one message at a time. */
export class WireReader extends ByteReader {
  #objects: object[] = [];
  #depth = 0;
  #borrowing = false;
  readonly #holes = new HoleBudget();

  /** Reads a message of one value. @throws DecodeError */
  readValue(bytes: Uint8Array, start: number, end: number): unknown {
    try {
      this.#begin(bytes, start, end);
      const value = this.#value();
      this.#finish();
      return value;
    } catch (error) {
      throw this.#asDecodeError(error);
    } finally {
      this.#forget();
    }
  }

  /**
   * Reads a message of two values.
   *
   * @param borrows - of the first value: whether bytes in the second may stay where they are, as Uint8Arrays
   * @throws DecodeError
   */
  readPair(bytes: Uint8Array, start: number, end: number, borrows: Borrows | undefined): [unknown, unknown] {
    try {
      this.#begin(bytes, start, end);
      const first = this.#value();
      if (borrows) this.#borrowing = borrows(first);
      const second = this.#value();
      this.#finish();
      return [first, second];
    } catch (error) {
      throw this.#asDecodeError(error);
    } finally {
      this.#forget();
    }
  }

  #begin(bytes: Uint8Array, start: number, end: number): void {
    this.open(bytes, start, end);
    this.#depth = 0;
    this.#holes.reset(end - start);
    if (this.byte() !== wire.VERSION_TAG || this.byte() !== wire.VERSION) {
      throw this.malformed(`no header of version ${wire.VERSION}`);
    }
  }

  #forget(): void {
    this.#borrowing = false;
    if (this.#objects.length > 0) this.#objects = [];
    this.close();
  }

  #finish(): void {
    if (this.position !== this.end) throw this.malformed(`${this.end - this.position} bytes too many`);
  }

  /** The runtime's own limits (string length, BigInt size, memory, stack) are errors of the message, too. */
  #asDecodeError(error: unknown): DecodeError {
    if (error instanceof DecodeError) return error;
    return this.malformed(`a value the host cannot hold (${error instanceof Error ? error.message : String(error)})`);
  }

  #tag(): number {
    let tag = this.byte();
    while (tag === wire.TAG_PADDING) tag = this.byte();
    return tag;
  }

  #enter(): void {
    if (++this.#depth > DECODE_DEPTH_MAX) throw this.malformed(`data nested more than ${DECODE_DEPTH_MAX} levels deep`);
  }

  #value(): unknown {
    return this.#tagged(this.#tag());
  }

  #tagged(tag: number): unknown {
    switch (tag) {
      case wire.TAG_STRING_LATIN1:
        return this.latin1();
      case wire.TAG_INT32:
        return this.#int32();
      case wire.TAG_OBJECT:
        return this.#object();
      case wire.TAG_ARRAY_DENSE:
        return this.#denseArray();
      case wire.TAG_DOUBLE:
        return this.double();
      case wire.TAG_TRUE:
        return true;
      case wire.TAG_FALSE:
        return false;
      case wire.TAG_NULL:
        return null;
      case wire.TAG_UNDEFINED:
        return undefined;
      case wire.TAG_STRING_UTF16:
        return this.utf16();
      case wire.TAG_UINT32:
        return this.varint();
      default:
        return this.#rare(tag);
    }
  }

  #rare(tag: number): unknown {
    switch (tag) {
      case wire.TAG_REFERENCE:
        return this.#reference();
      case wire.TAG_ARRAY_BUFFER:
        if (this.#borrowing) return this.#borrowedView(this.#remember(this.here(this.varint())));
        return this.#viewOf(this.#remember(this.copy(this.varint())));
      case wire.TAG_ARRAY_BUFFER_RESIZABLE:
        return this.#viewOf(this.#resizable());
      case wire.TAG_MAP:
        return this.#map();
      case wire.TAG_SET:
        return this.#set();
      case wire.TAG_DATE:
        return this.#remember(new Date(this.double()));
      case wire.TAG_ERROR:
        return this.#error();
      case wire.TAG_BIGINT:
        return this.bigint();
      case wire.TAG_STRING_UTF8:
        return this.utf8();
      case wire.TAG_ARRAY_SPARSE:
        return this.#sparseArray();
      case wire.TAG_REGEXP:
        return this.#regexp();
      case wire.TAG_NUMBER_OBJECT:
        return this.#remember(Object(this.double()) as object);
      case wire.TAG_BOOLEAN_OBJECT_TRUE:
        return this.#remember(Object(true) as object);
      case wire.TAG_BOOLEAN_OBJECT_FALSE:
        return this.#remember(Object(false) as object);
      case wire.TAG_STRING_OBJECT:
        return this.#remember(Object(this.#string()) as object);
      case wire.TAG_BIGINT_OBJECT:
        return this.#remember(Object(this.bigint()) as object);
      default:
        // Among them what only an embedder could resolve: transfers, shared memory, WebAssembly, host objects.
        throw this.malformed(`a tag that is not for messages (0x${tag.toString(16)})`);
    }
  }

  #remember<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #reference(): object {
    const object = this.#objects[this.varint()];
    if (object === undefined) throw this.malformed("a reference to an object that is not there");
    if (this.#borrowing && object instanceof Uint8Array) return this.#borrowedView(object);
    return object instanceof ArrayBuffer ? this.#viewOf(object) : object;
  }

  #int32(): number {
    const zigzag = this.varint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  #string(): string {
    const tag = this.#tag();
    if (tag === wire.TAG_STRING_LATIN1) return this.latin1();
    if (tag === wire.TAG_STRING_UTF16) return this.utf16();
    if (tag === wire.TAG_STRING_UTF8) return this.utf8();
    throw this.malformed("something else than a string");
  }

  /** A property's key, of which the tag has been read: V8 writes indexes as numbers. */
  #key(tag: number): string {
    if (tag === wire.TAG_STRING_LATIN1) return this.latin1();
    if (tag === wire.TAG_INT32) return String(this.#int32());
    if (tag === wire.TAG_STRING_UTF16) return this.utf16();
    if (tag === wire.TAG_STRING_UTF8) return this.utf8();
    if (tag === wire.TAG_DOUBLE) return String(this.double());
    if (tag === wire.TAG_UINT32) return String(this.varint());
    throw this.malformed("something else than a key");
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    this.#objects.push(object);
    this.#enter();
    let count = 0;
    let highest = -1;
    for (let tag = this.#tag(); tag !== wire.TAG_OBJECT_END; tag = this.#tag(), count++) {
      const known = tag === wire.TAG_STRING_LATIN1 ? this.#knownKey() : undefined;
      if (known !== undefined) {
        object[known] = this.#value();
        continue;
      }
      const key = this.#key(tag);
      if (!isPlainKey(key)) highest = this.#holes.put(object, key, this.#value(), highest);
      else {
        if (tag === wire.TAG_STRING_LATIN1 && key.length > 0 && key.length <= CACHED_LENGTH_MAX) keys.keep(key);
        object[key] = this.#value();
      }
    }
    this.#count(count);
    this.#depth--;
    return object;
  }

  /** A plain key that has been met before; or nothing is read. */
  #knownKey(): string | undefined {
    const start = this.position + 1;
    const length = this.position < this.end ? (this.bytes[this.position] as number) : 0;
    if (length === 0 || length > CACHED_LENGTH_MAX || start + length > this.end) return undefined;
    const known = keys.find(this.bytes, start, length);
    if (known !== undefined) this.position = start + length;
    return known;
  }

  #count(expected: number): void {
    if (this.varint() !== expected) throw this.malformed(`another count than ${expected}`);
  }

  #denseArray(): unknown[] {
    const length = this.varint();
    this.need(length);
    const array: unknown[] = [];
    this.#objects.push(array);
    this.#enter();
    for (let i = 0; i < length; i++) {
      const tag = this.#tag();
      if (tag !== wire.TAG_HOLE) array[i] = this.#tagged(tag);
    }
    if (array.length !== length) array.length = length;
    const count = this.#keyed(array, wire.TAG_ARRAY_DENSE_END);
    this.#count(count);
    this.#count(length);
    this.#depth--;
    return array;
  }

  #sparseArray(): unknown[] {
    const length = this.varint();
    const array = this.#remember(this.#holes.newSparseArray(length));
    this.#enter();
    const count = this.#keyed(array, wire.TAG_ARRAY_SPARSE_END);
    this.#count(count);
    this.#count(length);
    this.#depth--;
    return array;
  }

  /** Reads the properties of an array up to the end tag. Returns how many. */
  #keyed(array: unknown[], endTag: number): number {
    let count = 0;
    for (let tag = this.#tag(); tag !== endTag; tag = this.#tag(), count++) {
      const key = this.#key(tag);
      const index = arrayIndex(key);
      if (index >= array.length || key === "length") throw this.malformed("a key beyond an array's length");
      const value = this.#value();
      if (index >= 0) array[index] = value;
      else defineProperty(array, key, value);
    }
    return count;
  }

  #map(): Map<unknown, unknown> {
    const map = this.#remember(new Map<unknown, unknown>());
    this.#enter();
    let count = 0;
    for (let tag = this.#tag(); tag !== wire.TAG_MAP_END; tag = this.#tag(), count += 2) {
      const key = this.#tagged(tag);
      map.set(key, this.#value());
    }
    this.#count(count);
    this.#depth--;
    return map;
  }

  #set(): Set<unknown> {
    const set = this.#remember(new Set<unknown>());
    this.#enter();
    let count = 0;
    for (let tag = this.#tag(); tag !== wire.TAG_SET_END; tag = this.#tag(), count++) set.add(this.#tagged(tag));
    this.#count(count);
    this.#depth--;
    return set;
  }

  #resizable(): ArrayBuffer {
    const byteLength = this.varint();
    const maxByteLength = this.varint();
    if (byteLength > maxByteLength) throw this.malformed("a buffer longer than its maximum");
    return this.#remember(resizableBuffer(this.copy(byteLength), maxByteLength));
  }

  /** Whether a view comes next. Then its tag has been read. */
  #viewFollows(): boolean {
    let at = this.position;
    while (at < this.end && this.bytes[at] === wire.TAG_PADDING) at++;
    if (at >= this.end || this.bytes[at] !== wire.TAG_VIEW) return false;
    this.position = at + 1;
    return true;
  }

  /** The bytes of a buffer, or of the view behind it, where they are. What kind of view it is makes no difference. */
  #borrowedView(bytes: Uint8Array): Uint8Array {
    if (!this.#viewFollows()) return bytes;
    this.byte();
    const byteOffset = this.varint();
    const byteLength = this.varint();
    this.varint();
    if (byteOffset + byteLength > bytes.length) throw this.malformed("a view that does not fit its buffer");
    return this.#remember(bytes.subarray(byteOffset, byteOffset + byteLength));
  }

  /** A view comes just after its buffer (or a reference to it) and stands for both. */
  #viewOf(buffer: ArrayBuffer): ArrayBuffer | ArrayBufferView {
    if (!this.#viewFollows()) return buffer;
    const view = makeView(buffer, this.byte(), this.varint(), this.varint(), this.varint());
    if (view === undefined) throw this.malformed("a view that does not fit its buffer");
    return this.#remember(view);
  }

  #regexp(): RegExp {
    const source = this.#string();
    const bits = this.varint();
    if ((bits & ~REGEXP_BITS) !== 0) throw this.malformed("unknown flags of a regular expression");
    const flags = wire.REGEXP_FLAGS.filter((_, i) => ((bits >>> i) & 1) === 1);
    return this.#remember(new RegExp(source, flags.join("")));
  }

  #error(): Error {
    let tag = this.byte();
    let type: ErrorConstructor = Error;
    let message: string | undefined;
    let stack: string | undefined;
    const known = ERROR_TYPES.get(tag);
    if (known !== undefined) {
      type = known;
      tag = this.byte();
    }
    if (tag === wire.ERROR_MESSAGE) {
      message = this.#string();
      tag = this.byte();
    }
    if (tag === wire.ERROR_STACK) {
      stack = this.#string();
      tag = this.byte();
    }
    const error = this.#remember(makeError(type, message, stack));
    if (tag === wire.ERROR_CAUSE) {
      this.#enter();
      setCause(error, this.#value());
      this.#depth--;
      tag = this.byte();
    }
    if (tag !== wire.ERROR_END) throw this.malformed("an error that does not end");
    return error;
  }
}
