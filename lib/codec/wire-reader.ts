/**
 * Reads V8's wire format from a guest: hostile bytes. Nothing is allocated because of a number in the message, only for
 * bytes that are there; no key the guest chose reaches a setter; whatever is not in order ends in a DecodeError.
 *
 * A large message is read in slices. When the time is up, the method that is at work keeps how it goes on (`suspend`) and
 * answers SUSPENDED; so does each that called it, up to the outermost. The next slice goes on from the innermost outwards.
 * Nothing of this costs anything before: a method that is not interrupted runs as if there were no slices. What cannot be
 * interrupted, because JavaScript does it in one step, has a bound.
 */
import { DecodeError } from "../contract/errors.ts";
import { arrayIndex } from "./array-keys.ts";
import { makeView, resizableBuffer } from "./buffers.ts";
import { FUEL } from "./byte-reader.ts";
import { applyExtras, makeDOMException, makeError, setCause } from "./errors-from-guest.ts";
import { FEW_KEYS, noteLarge } from "./large-objects.ts";
import { REGEXP_LENGTH_MAX, regexpFromGuest } from "./regexps-from-guest.ts";
import { HoleBudget, defineProperty, isPlainKey } from "./safe-put.ts";
import { CACHED_LENGTH_MAX, ShortStrings } from "./short-strings.ts";
import { AT_ONCE_BYTES, PIECE_BYTES, SUSPENDED, SlicedReader, TEXT_BYTES_MAX } from "./sliced-reader.ts";
import * as wire from "./wire-format.ts";

/** Levels of nesting at most. A guest's own V8 runs out of stack when it writes some 3,000. */
export const DECODE_DEPTH_MAX = 4000;

/** Elements of an array at most: to make room for more takes one step of many milliseconds. */
export const ELEMENTS_MAX = 2 ** 20;
/** Keys of an object, a Map or a Set: so many are too many, for the same reason. */
export const ENTRIES_MAX = 2 ** 17;
/** From here on an entry may take long, if the guest chose keys that fall together. */
const MANY_ENTRIES = 4096;

/** About what they take in memory besides their bytes in the message: an object, an element, an entry of a large one. */
const OBJECT_BYTES = 128;
const ELEMENT_BYTES = 8;
const ENTRY_BYTES = 32;

/** Plain keys only, so that one that is found needs no further look. */
const keys = new ShortStrings();
const REGEXP_BITS = wire.REGEXP_FLAGS.reduce((bits, flag, i) => (flag === "" ? bits : bits | (1 << i)), 0);
const ERROR_TYPES = new Map(wire.ERROR_TYPES);

/** Decides about a message by its name. */
export type Borrows = (name: unknown) => boolean;

/** Reads one message at a time. */
export class WireReader extends SlicedReader {
  #objects: object[] = [];
  #depth = 0;
  #borrowing = false;
  readonly #holes = new HoleBudget();
  #weight = 0;

  /** About how many bytes the value takes in the host's memory that was read last. */
  get weight(): number {
    return this.#weight;
  }

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
      const first = end - start > TEXT_BYTES_MAX ? this.#name() : this.#value();
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

  /**
   * Reads the beginning of a message of two values, of which the second is an object that the host need not be able to hold.
   *
   * @param key - of the object's first property, a string
   * @returns the first value, a string, and that property
   * @throws DecodeError
   */
  readHead(bytes: Uint8Array, start: number, end: number, key: string): [string, string] {
    try {
      this.#begin(bytes, start, end);
      const first = this.#name();
      if (this.#tag() !== wire.TAG_OBJECT || this.#name() !== key) throw this.malformed(`no object with ${key} first`);
      return [first, this.#name()];
    } catch (error) {
      throw this.#asDecodeError(error);
    } finally {
      this.#forget();
    }
  }

  /**
   * Begins to read a message in slices: of two values, a name and its data, or of one. This reader is the message's
   * alone from here on, and `bytes` stay as they are until it has been read.
   *
   * @returns reads on until a time of `performance.now()`; undefined if there was not enough, then again; otherwise what
   *   was read. @throws DecodeError
   */
  inSlices(
    pair: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    borrows: Borrows | undefined,
  ): (deadline: number) => { readonly value: unknown } | undefined {
    let name: string | undefined;
    this.first((): unknown => {
      this.#begin(bytes, start, end);
      if (pair) {
        name = this.#name();
        if (borrows) this.#borrowing = borrows(name);
      }
      return this.#value();
    });
    return (deadline) => {
      try {
        const value = this.proceed(deadline);
        if (value === SUSPENDED) return undefined;
        this.#finish();
        this.#forget();
        return { value: pair ? [name, value] : value };
      } catch (error) {
        this.#forget();
        throw this.#asDecodeError(error);
      }
    };
  }

  #begin(bytes: Uint8Array, start: number, end: number): void {
    this.open(bytes, start, end);
    this.#depth = 0;
    this.#weight = end - start;
    this.#holes.reset(end - start);
    if (this.byte() !== wire.VERSION_TAG || this.byte() !== wire.VERSION) {
      throw this.malformed(`no header of version ${wire.VERSION}`);
    }
  }

  #forget(): void {
    this.#borrowing = false;
    this.atOnce();
    if (this.#objects.length > 0) {
      this.#weight += this.#objects.length * OBJECT_BYTES;
      this.#objects = [];
    }
    this.close();
  }

  #finish(): void {
    // They are few bytes, and come last.
    this.atOnce();
    while (this.position !== this.end) {
      const left = this.end - this.position;
      if (this.byte() !== wire.EXTRAS_MARK) throw this.malformed(`${left} bytes too many`);
      const pair = this.#value();
      if (!Array.isArray(pair) || !applyExtras(pair[0], pair[1])) throw this.malformed("extras of no error");
    }
  }

  /** The runtime's own limits (string length, BigInt size, memory, stack) are errors of the message, too. */
  #asDecodeError(error: unknown): DecodeError {
    if (error instanceof DecodeError) return error;
    return this.malformed(`a value the host cannot hold (${error instanceof Error ? error.message : String(error)})`);
  }

  /** What a message of two values begins with. */
  #name(): string {
    return this.stringOf(this.#stringTag(), TEXT_BYTES_MAX, "a name");
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
        return this.end - this.position > AT_ONCE_BYTES ? this.longString(tag) : this.latin1();
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
        return this.end - this.position > AT_ONCE_BYTES ? this.longString(tag) : this.utf16();
      case wire.TAG_UINT32:
        return this.varint();
      default:
        return this.#rare(tag);
    }
  }

  #rare(tag: number): unknown {
    this.fuel -= 1;
    switch (tag) {
      case wire.TAG_REFERENCE:
        return this.#reference();
      case wire.TAG_ARRAY_BUFFER:
        if (this.#borrowing) return this.#borrowedView(this.#remember(this.here(this.varint())));
        return this.#arrayBuffer();
      case wire.TAG_ARRAY_BUFFER_RESIZABLE:
        return this.#resizable();
      case wire.TAG_MAP:
        return this.#map();
      case wire.TAG_SET:
        return this.#set();
      case wire.TAG_DATE:
        return this.#remember(new Date(this.double()));
      case wire.TAG_ERROR:
        return this.#error();
      case wire.TAG_HOST_OBJECT:
        return this.#domException();
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
        return this.#remember(Object(this.#text()) as object);
      case wire.TAG_BIGINT_OBJECT:
        return this.#remember(Object(this.bigint()) as object);
      default:
        // Among them what only an embedder could resolve: transfers, shared memory, WebAssembly.
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

  /** The text of a String object or of an error. */
  #text(): string {
    return this.stringOf(this.#stringTag(), TEXT_BYTES_MAX, "a text of an object");
  }

  #stringTag(): number {
    const tag = this.#tag();
    if (isStringTag(tag)) return tag;
    throw this.malformed("something else than a string");
  }

  /** A property's key, of which the tag has been read: V8 writes indexes as numbers. */
  #key(tag: number): string {
    if (isStringTag(tag)) return this.stringOf(tag, TEXT_BYTES_MAX, "a key");
    if (tag === wire.TAG_INT32) return String(this.#int32());
    if (tag === wire.TAG_DOUBLE) return String(this.double());
    if (tag === wire.TAG_UINT32) return String(this.varint());
    throw this.malformed("something else than a key");
  }

  #object(): unknown {
    const object: Record<string, unknown> = {};
    this.#objects.push(object);
    this.#enter();
    return this.#properties(object, 0, -1);
  }

  /** The rest of an object that has so many properties, the highest index among them this. */
  #properties(object: Record<string, unknown>, before: number, highestBefore: number): unknown {
    let count = before;
    let highest = highestBefore;
    for (; ; count++) {
      if ((count & 7) === 0 && (this.fuel -= count < MANY_ENTRIES ? 1 : this.#many(count)) < 0 && this.isLate()) {
        return this.suspend(this.#properties.bind(this, object, count, highest));
      }
      const tag = this.#tag();
      if (tag === wire.TAG_OBJECT_END) break;
      const known = tag === wire.TAG_STRING_LATIN1 ? this.#knownKey() : undefined;
      if (known !== undefined) {
        const value = this.#value();
        if (value === SUSPENDED) return this.suspend(this.#property.bind(this, object, count, highest, known));
        object[known] = value;
        continue;
      }
      const key = this.#key(tag);
      const plain = isPlainKey(key);
      if (plain && tag === wire.TAG_STRING_LATIN1 && key.length > 0 && key.length <= CACHED_LENGTH_MAX) keys.keep(key);
      const value = this.#value();
      if (value === SUSPENDED) return this.suspend(this.#property.bind(this, object, count, highest, key));
      if (plain) object[key] = value;
      else highest = this.#holes.put(object, key, value, highest);
    }
    this.#count(count);
    if (count > FEW_KEYS) this.#noteLarge(object, count);
    this.#depth--;
    return object;
  }

  /** The value of a property has come; the rest follows. */
  #property(object: Record<string, unknown>, count: number, highest: number, key: string, value: unknown): unknown {
    let now = highest;
    if (isPlainKey(key)) object[key] = value;
    else now = this.#holes.put(object, key, value, highest);
    return this.#properties(object, count + 1, now);
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

  #noteLarge(object: object, count: number): void {
    noteLarge(object);
    this.#weight += count * ENTRY_BYTES;
  }

  /** What a few more keys cost. */
  #many(count: number): number {
    if (count < ENTRIES_MAX) return FUEL;
    throw this.malformed(`an object of ${ENTRIES_MAX} keys or more`);
  }

  #denseArray(): unknown {
    const length = this.varint();
    this.need(length);
    if (length > ELEMENTS_MAX) throw this.malformed(`an array of more than ${ELEMENTS_MAX} elements`);
    const array: unknown[] = [];
    this.#objects.push(array);
    this.#enter();
    return this.#elements(array, length, 0);
  }

  /** The rest of an array from this index on. */
  #elements(array: unknown[], length: number, from: number): unknown {
    for (let i = from; i < length; i++) {
      if ((i & 63) === 0) this.fuel -= 1;
      if (this.fuel < 0 && this.isLate()) return this.suspend(this.#elements.bind(this, array, length, i));
      const tag = this.#tag();
      if (tag === wire.TAG_HOLE) continue;
      const value = this.#tagged(tag);
      if (value === SUSPENDED) return this.suspend(this.#element.bind(this, array, length, i));
      array[i] = value;
    }
    if (array.length !== length) array.length = length;
    if (length > 16) this.#weight += length * ELEMENT_BYTES;
    return this.#keyed(array, wire.TAG_ARRAY_DENSE_END, 0);
  }

  /** The value of an element has come; the rest follows. */
  #element(array: unknown[], length: number, i: number, value: unknown): unknown {
    array[i] = value;
    return this.#elements(array, length, i + 1);
  }

  #sparseArray(): unknown {
    const length = this.varint();
    const array = this.#remember(this.#holes.newSparseArray(length));
    this.#enter();
    return this.#keyed(array, wire.TAG_ARRAY_SPARSE_END, 0);
  }

  /** The rest of an array behind its elements: properties up to the end tag, of which it has so many. */
  #keyed(array: unknown[], endTag: number, before: number): unknown {
    let count = before;
    for (; ; count++) {
      if ((count & 7) === 7) this.fuel -= count < MANY_ENTRIES ? 1 : this.#many(count);
      if (this.fuel < 0 && this.isLate()) return this.suspend(this.#keyed.bind(this, array, endTag, count));
      const tag = this.#tag();
      if (tag === endTag) break;
      const key = this.#key(tag);
      if (arrayIndex(key) >= array.length || key === "length") throw this.malformed("a key beyond an array's length");
      const value = this.#value();
      if (value === SUSPENDED) return this.suspend(this.#keyedValue.bind(this, array, endTag, count, key));
      putIntoArray(array, key, value);
    }
    this.#count(count);
    this.#count(array.length);
    if (count > 0) this.#weight += count * ENTRY_BYTES;
    this.#depth--;
    return array;
  }

  /** The value of an array's property has come; the rest follows. */
  #keyedValue(array: unknown[], endTag: number, count: number, key: string, value: unknown): unknown {
    putIntoArray(array, key, value);
    return this.#keyed(array, endTag, count + 1);
  }

  #map(): unknown {
    const map = this.#remember(new Map<unknown, unknown>());
    this.#enter();
    return this.#mapEntries(map, 0);
  }

  /** The rest of a Map that was read so many entries of. */
  #mapEntries(map: Map<unknown, unknown>, before: number): unknown {
    let count = before;
    for (; ; count++) {
      if ((count & 7) === 0) this.fuel -= count < MANY_ENTRIES ? 1 : this.#many(count);
      if (this.fuel < 0 && this.isLate()) return this.suspend(this.#mapEntries.bind(this, map, count));
      const tag = this.#tag();
      if (tag === wire.TAG_MAP_END) break;
      const key = this.#mapKey(tag);
      if (key === SUSPENDED) return this.suspend(this.#mapValue.bind(this, map, count));
      const value = this.#value();
      if (value === SUSPENDED) return this.suspend(this.#mapEntry.bind(this, map, count, key));
      map.set(key, value);
    }
    this.#count(count * 2);
    this.#weight += count * ENTRY_BYTES;
    this.#depth--;
    return map;
  }

  /** A key of a Map has come; its value and the rest follow. */
  #mapValue(map: Map<unknown, unknown>, count: number, key: unknown): unknown {
    const value = this.#value();
    if (value === SUSPENDED) return this.suspend(this.#mapEntry.bind(this, map, count, key));
    return this.#mapEntry(map, count, key, value);
  }

  /** A key of a Map and its value have come; the rest follows. */
  #mapEntry(map: Map<unknown, unknown>, count: number, key: unknown, value: unknown): unknown {
    map.set(key, value);
    return this.#mapEntries(map, count + 1);
  }

  #set(): unknown {
    const set = this.#remember(new Set<unknown>());
    this.#enter();
    return this.#setValues(set, 0);
  }

  /** The rest of a Set that was read so many values of. */
  #setValues(set: Set<unknown>, before: number): unknown {
    let count = before;
    for (; ; count++) {
      if ((count & 7) === 0) this.fuel -= count < MANY_ENTRIES ? 1 : this.#many(count);
      if (this.fuel < 0 && this.isLate()) return this.suspend(this.#setValues.bind(this, set, count));
      const tag = this.#tag();
      if (tag === wire.TAG_SET_END) break;
      const value = this.#mapKey(tag);
      if (value === SUSPENDED) return this.suspend(this.#setValue.bind(this, set, count));
      set.add(value);
    }
    this.#count(count);
    this.#weight += count * ENTRY_BYTES;
    this.#depth--;
    return set;
  }

  /** A value of a Set has come; the rest follows. */
  #setValue(set: Set<unknown>, count: number, value: unknown): unknown {
    set.add(value);
    return this.#setValues(set, count + 1);
  }

  /** What a Map or a Set hashes, of which the tag has been read. */
  #mapKey(tag: number): unknown {
    return isStringTag(tag) ? this.stringOf(tag, TEXT_BYTES_MAX, "a key") : this.#tagged(tag);
  }

  #arrayBuffer(): unknown {
    const length = this.varint();
    if (length <= AT_ONCE_BYTES) return this.#viewOf(this.#remember(this.copy(length)));
    this.need(length);
    return this.#bufferPieces(new Uint8Array(this.#remember(new ArrayBuffer(length))), 0);
  }

  #resizable(): unknown {
    const length = this.varint();
    const maxByteLength = this.varint();
    if (length > maxByteLength) throw this.malformed("a buffer longer than its maximum");
    this.need(length);
    return this.#bufferPieces(new Uint8Array(this.#remember(resizableBuffer(length, maxByteLength)), 0, length), 0);
  }

  /** The rest of a buffer from this byte on, and the view that stands for it. */
  #bufferPieces(bytes: Uint8Array<ArrayBuffer>, from: number): unknown {
    const { length } = bytes;
    for (let at = from; at < length;) {
      if (at > from && this.isLate()) return this.suspend(this.#bufferPieces.bind(this, bytes, at));
      const piece = Math.min(PIECE_BYTES, length - at);
      bytes.set(this.here(piece), at);
      at += piece;
    }
    return this.#viewOf(bytes.buffer);
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
    const source = this.stringOf(this.#stringTag(), 2 * REGEXP_LENGTH_MAX, "a regular expression");
    const bits = this.varint();
    if ((bits & ~REGEXP_BITS) !== 0) throw this.malformed("unknown flags of a regular expression");
    const flags = wire.REGEXP_FLAGS.filter((_, i) => ((bits >>> i) & 1) === 1);
    this.fuel -= FUEL;
    return this.#remember(regexpFromGuest(source, flags.join("")));
  }

  #domException(): DOMException {
    if (this.byte() !== wire.HOST_DOM_EXCEPTION) throw this.malformed("an object of no known interface");
    // It has its number from here on; texts have none.
    return this.#remember(makeDOMException(this.#text(), this.#text(), this.#text()));
  }

  #error(): unknown {
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
      message = this.#text();
      tag = this.byte();
    }
    if (tag === wire.ERROR_STACK) {
      stack = this.#text();
      tag = this.byte();
    }
    const error = this.#remember(makeError(type, message, stack));
    if (tag !== wire.ERROR_CAUSE) return this.#errorEnd(error, tag);
    this.#enter();
    const cause = this.#value();
    return cause === SUSPENDED ? this.suspend(this.#errorCause.bind(this, error)) : this.#errorCause(error, cause);
  }

  #errorCause(error: Error, cause: unknown): Error {
    setCause(error, cause);
    this.#depth--;
    return this.#errorEnd(error, this.byte());
  }

  #errorEnd(error: Error, tag: number): Error {
    if (tag !== wire.ERROR_END) throw this.malformed("an error that does not end");
    return error;
  }
}

function isStringTag(tag: number): boolean {
  return tag === wire.TAG_STRING_LATIN1 || tag === wire.TAG_STRING_UTF16 || tag === wire.TAG_STRING_UTF8;
}

/** `array[key] = value` for a key that has been checked. */
function putIntoArray(array: unknown[], key: string, value: unknown): void {
  const index = arrayIndex(key);
  if (index >= 0) array[index] = value;
  else defineProperty(array, key, value);
}
