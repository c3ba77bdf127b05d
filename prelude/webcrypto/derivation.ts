/** Web Cryptography: what algorithms that derive bits have in common. */
import { ArrayBufferByteLength, NativeUint8Array, TypedArrayBuffer, Uint8ArraySet } from "../core/primordials.ts";
import { firstBytes } from "../webidl/buffers.ts";
import { operationError } from "./errors.ts";

/** The first `length` bits of a secret, all of them for null. @throws OperationError if it has fewer */
export function firstBits(secret: ArrayBuffer, length: number | null): ArrayBuffer {
  if (length === null) return secret;
  if (length > ArrayBufferByteLength(secret) * 8) throw operationError("The secret is shorter than that");
  const size = (length + 7) >>> 3;
  const bytes = new NativeUint8Array(size);
  Uint8ArraySet(bytes, firstBytes(new NativeUint8Array(secret), size), 0);
  const unused = size * 8 - length;
  if (unused > 0) bytes[size - 1] = bytes[size - 1]! & (0xff << unused);
  return TypedArrayBuffer(bytes) as ArrayBuffer;
}

/** Bits -> bytes. @throws OperationError for null and for parts of a byte */
export function wholeBytes(length: number | null): number {
  if (length === null || length % 8 !== 0) throw operationError("The length must be a multiple of 8");
  return length / 8;
}
