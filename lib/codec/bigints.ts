/** BigInts as the wire has them: a magnitude in bytes, little-endian, a multiple of 8 of them from V8. */
import { Buffer } from "node:buffer";

/** JavaScriptCore holds no more: it is told here, before the digits of megabytes are made. */
export const BIGINT_BYTES_MAX = 2 ** 17;

/** The value of a magnitude. @throws RangeError if it is more than the host can hold */
export function bigintFromBytes(bytes: Uint8Array, start: number, length: number, negative: boolean): bigint {
  if (length === 0) return 0n;
  const reversed = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) reversed[length - 1 - i] = bytes[start + i] ?? 0;
  const magnitude = BigInt(`0x${reversed.toString("hex")}`);
  return negative ? -magnitude : magnitude;
}

/** The magnitude of a value, a multiple of 8 bytes, little-endian. */
export function bigintToBytes(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const digits = (value < 0n ? -value : value).toString(16);
  const length = Math.ceil(digits.length / 16) * 8;
  return Buffer.from(digits.padStart(length * 2, "0"), "hex").reverse();
}
