/**
 * V8's wire format (src/objects/value-serializer.cc), version 16, little-endian: the format of V8 15.2's ValueSerializer.
 *
 * A message is `FF 10` and then values. A value is a tag byte and what the tag says; tag 0 is padding, before any tag.
 * varint: base 128, least significant group first. Every object gets the next id, from 0, when its tag is met (a view:
 * after its buffer, which is written just before it); a later occurrence is a reference to that id.
 */

/** First two bytes of every message: the version tag and the version. */
export const VERSION_TAG = 0xff;
export const VERSION = 16;

export const TAG_PADDING = 0x00;
export const TAG_HOLE = 0x2d; // '-' only as an element of a dense array
export const TAG_UNDEFINED = 0x5f; // '_'
export const TAG_NULL = 0x30; // '0'
export const TAG_TRUE = 0x54; // 'T'
export const TAG_FALSE = 0x46; // 'F'
export const TAG_INT32 = 0x49; // 'I' zigzag varint
export const TAG_UINT32 = 0x55; // 'U' varint
export const TAG_DOUBLE = 0x4e; // 'N' 8 bytes
export const TAG_BIGINT = 0x5a; // 'Z' varint: sign bit, byte length << 1; then the magnitude
export const TAG_STRING_UTF8 = 0x53; // 'S' varint byte length, bytes
export const TAG_STRING_LATIN1 = 0x22; // '"' likewise
export const TAG_STRING_UTF16 = 0x63; // 'c' likewise
export const TAG_REFERENCE = 0x5e; // '^' varint id
export const TAG_OBJECT = 0x6f; // 'o' key, value, …, then
export const TAG_OBJECT_END = 0x7b; // '{' varint number of properties
export const TAG_ARRAY_DENSE = 0x41; // 'A' varint length, elements, key, value, …, then
export const TAG_ARRAY_DENSE_END = 0x24; // '$' varint number of properties, varint length
export const TAG_ARRAY_SPARSE = 0x61; // 'a' varint length, key, value, …, then
export const TAG_ARRAY_SPARSE_END = 0x40; // '@' varint number of properties, varint length
export const TAG_DATE = 0x44; // 'D' double
export const TAG_BOOLEAN_OBJECT_TRUE = 0x79; // 'y'
export const TAG_BOOLEAN_OBJECT_FALSE = 0x78; // 'x'
export const TAG_NUMBER_OBJECT = 0x6e; // 'n' double
export const TAG_BIGINT_OBJECT = 0x7a; // 'z' as 'Z'
export const TAG_STRING_OBJECT = 0x73; // 's' a string value
export const TAG_REGEXP = 0x52; // 'R' a string value, varint flags
export const TAG_MAP = 0x3b; // ';' key, value, …, then
export const TAG_MAP_END = 0x3a; // ':' varint number of keys and values
export const TAG_SET = 0x27; // '\'' value, …, then
export const TAG_SET_END = 0x2c; // ',' varint number of values
export const TAG_ARRAY_BUFFER = 0x42; // 'B' varint byte length, bytes
export const TAG_ARRAY_BUFFER_RESIZABLE = 0x7e; // '~' varint byte length, varint maximum, bytes
export const TAG_VIEW = 0x56; // 'V' just after a buffer (or a reference to one): kind, varint offset, length, flags
export const TAG_ERROR = 0x72; // 'r' [prototype], ['m' string], ['s' string], ['c' value], '.'
export const TAG_HOST_OBJECT = 0x5c; // '\\' what only an embedder of V8 knows: as Blink has it, this one, then
export const HOST_DOM_EXCEPTION = 0x78; // 'x' three string values: name, message, stack

/**
 * Behind a message's values, for each of its errors that has more than V8 serializes: this byte, then an array of the error
 * (a reference, mostly) and `{ name?, errors?, cause?, data }`. The engine's own; engine/v8/wire/serialize.h has the other side.
 */
export const EXTRAS_MARK = 0x01;
/** Errors of one message whose extras are sent. */
export const EXTRAS_MAX = 256;

export const ERROR_MESSAGE = 0x6d; // 'm'
export const ERROR_STACK = 0x73; // 's'
export const ERROR_CAUSE = 0x63; // 'c'
export const ERROR_END = 0x2e; // '.'

/** Error types that keep their prototype; the others arrive as Error. */
export const ERROR_TYPES: readonly (readonly [tag: number, type: ErrorConstructor])[] = [
  [0x45, EvalError], // 'E'
  [0x52, RangeError], // 'R'
  [0x46, ReferenceError], // 'F'
  [0x53, SyntaxError], // 'S'
  [0x54, TypeError], // 'T'
  [0x55, URIError], // 'U'
];

/** Flags of a view: it grows with its resizable buffer; its buffer is resizable. */
export const VIEW_LENGTH_TRACKING = 1;
export const VIEW_OF_RESIZABLE = 2;

type ViewConstructor = new (buffer: ArrayBuffer, byteOffset: number, length?: number) => ArrayBufferView;

/** The kinds of views: tag, constructor, bytes of an element (DataView: 1). */
export const VIEW_TYPES: readonly (readonly [tag: number, type: ViewConstructor, elementSize: number])[] = [
  [0x62, Int8Array, 1], // 'b'
  [0x42, Uint8Array, 1], // 'B'
  [0x43, Uint8ClampedArray, 1], // 'C'
  [0x77, Int16Array, 2], // 'w'
  [0x57, Uint16Array, 2], // 'W'
  [0x64, Int32Array, 4], // 'd'
  [0x44, Uint32Array, 4], // 'D'
  [0x68, Float16Array, 2], // 'h'
  [0x66, Float32Array, 4], // 'f'
  [0x46, Float64Array, 8], // 'F'
  [0x71, BigInt64Array, 8], // 'q'
  [0x51, BigUint64Array, 8], // 'Q'
  [0x3f, DataView, 1], // '?'
];

/** Flags of a regular expression, bit 0 first. Bit 6 is V8's own experimental "l", which JavaScript does not have. */
export const REGEXP_FLAGS = ["g", "i", "m", "y", "u", "s", "", "d", "v"] as const;
