/**
 * Web IDL: buffer source types. https://webidl.spec.whatwg.org/#js-buffer-source-types
 */
import {
  ArrayBufferByteLength,
  ArrayBufferIsView,
  DataViewBuffer,
  DataViewByteLength,
  DataViewByteOffset,
  NativeDataView,
  NativeUint8Array,
  TypedArrayBrand,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
} from "../core/primordials.ts";

/** A fresh, empty byte array. */
export function emptyBytes(): Uint8Array {
  return new NativeUint8Array(0);
}

/** The first `length` bytes of an array, not copied. */
export function firstBytes(bytes: Uint8Array, length: number): Uint8Array {
  return new NativeUint8Array(TypedArrayBuffer(bytes), TypedArrayByteOffset(bytes), length);
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  try {
    ArrayBufferByteLength(value);
    return true;
  } catch {
    // Not an ArrayBuffer; perhaps memory that WebAssembly shares, which a DataView takes too.
  }
  try {
    new NativeDataView(value as ArrayBufferLike);
    return true;
  } catch {
    return false;
  }
}

/** Whether a buffer is memory that WebAssembly shares. */
export function isShared(buffer: ArrayBufferLike): boolean {
  try {
    ArrayBufferByteLength(buffer);
    return false;
  } catch {
    return true;
  }
}

/** The bytes of an AllowSharedBufferSource, not copied; none of a detached one. undefined if it is no such thing. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBufferIsView(value)) {
    const brand = TypedArrayBrand(value);
    if (brand === "Uint8Array") return value as Uint8Array;
    const typed = brand !== undefined;
    try {
      const buffer = typed ? TypedArrayBuffer(value) : DataViewBuffer(value);
      const offset = typed ? TypedArrayByteOffset(value) : DataViewByteOffset(value);
      const length = typed ? TypedArrayByteLength(value) : DataViewByteLength(value);
      return new NativeUint8Array(buffer, offset, length);
    } catch {
      return emptyBytes();
    }
  }
  if (!isBuffer(value)) return undefined;
  try {
    return new NativeUint8Array(value);
  } catch {
    return emptyBytes();
  }
}
