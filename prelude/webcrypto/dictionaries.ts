/**
 * Web IDL: the types that members of algorithm dictionaries have. https://webidl.spec.whatwg.org/#js-type-mapping
 */
import { MathTrunc, NativeTypeError, NativeUint8Array, NumberIsFinite, TypedArrayBrand } from "../core/primordials.ts";
import { bytesOf } from "../webidl/buffers.ts";

/** What members are read from. */
export type Dictionary = Record<string, unknown>;

/** @throws TypeError if a required member is missing */
export function required(dictionary: Dictionary, member: string, context: string): unknown {
  const value = dictionary[member];
  if (value === undefined) throw new NativeTypeError(`${context}: Required member '${member}' is undefined.`);
  return value;
}

function toEnforced(value: unknown, limit: number, type: string, context: string): number {
  const number = +(value as number);
  const integer = NumberIsFinite(number) ? MathTrunc(number) : -1;
  if (integer >= 0 && integer <= limit) return integer + 0;
  throw new NativeTypeError(`${context}: The value is outside the range of ${type}.`);
}

/** [EnforceRange] octet */
export function toOctet(value: unknown, context: string): number {
  return toEnforced(value, 0xff, "an octet", context);
}

/** [EnforceRange] unsigned short */
export function toUnsignedShort(value: unknown, context: string): number {
  return toEnforced(value, 0xffff, "an unsigned short", context);
}

/** [EnforceRange] unsigned long */
export function toUnsignedLong(value: unknown, context: string): number {
  return toEnforced(value, 0xffff_ffff, "an unsigned long", context);
}

/** BufferSource, not copied. */
export function toBytes(value: unknown, what: string, context: string): Uint8Array {
  const bytes = bytesOf(value);
  if (bytes === undefined) {
    throw new NativeTypeError(`${context}: ${what} is not of type 'ArrayBuffer' or 'ArrayBufferView'.`);
  }
  return bytes;
}

/** BufferSource, copied: guest code runs before it is used. */
export function toCopiedBytes(value: unknown, what: string, context: string): Uint8Array {
  return new NativeUint8Array(toBytes(value, what, context));
}

/** An optional member that is a BufferSource. */
export function optionalBytes(dictionary: Dictionary, member: string, context: string): Uint8Array | undefined {
  const value = dictionary[member];
  return value === undefined ? undefined : toCopiedBytes(value, member, context);
}

/** Bits of output: [EnforceRange] unsigned long `outputLength`, which was called `length` before 2026. */
export function outputLength(dictionary: Dictionary, context: string): number {
  const { outputLength: value = dictionary.length } = dictionary;
  if (value !== undefined) return toUnsignedLong(value, context);
  throw new NativeTypeError(`${context}: Required member 'outputLength' is undefined.`);
}

/** BigInteger, which is an Uint8Array. */
export function toBigInteger(value: unknown, what: string, context: string): Uint8Array {
  if (TypedArrayBrand(value) === "Uint8Array") return new NativeUint8Array(value as Uint8Array);
  throw new NativeTypeError(`${context}: ${what} is not of type 'Uint8Array'.`);
}
