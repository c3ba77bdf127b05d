/**
 * The bytes behind a Blob: views on memory that nobody writes to any more, so that slices and clones share it.
 */
import {
  NativeUint8Array,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  Uint8ArraySet,
  newList,
} from "../primordials.ts";

/** A copy of bytes, which may be a guest's. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = TypedArrayByteLength(bytes);
  const copy = new NativeUint8Array(length);
  // A detached array has no bytes, and may not be the source of a copy.
  if (length !== 0) Uint8ArraySet(copy, bytes, 0);
  return copy;
}

/** A sequence of bytes in parts. */
export class ByteSequence {
  readonly #parts = newList<Uint8Array>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes the bytes over: nobody may write to them from now on. */
  append(bytes: Uint8Array): void {
    const length = TypedArrayByteLength(bytes);
    if (length === 0) return;
    this.#parts[this.#parts.length] = bytes;
    this.#length += length;
  }

  appendAll(other: ByteSequence): void {
    const parts = other.#parts;
    for (let index = 0; index < parts.length; index++) this.append(parts[index]!);
  }

  /** The bytes from `start` to `end`, not copied. */
  slice(start: number, end: number): ByteSequence {
    const result = new ByteSequence();
    let position = 0;
    for (let index = 0; index < this.#parts.length && position < end; index++) {
      const part = this.#parts[index]!;
      const length = TypedArrayByteLength(part);
      const from = start > position ? start - position : 0;
      const to = end - position < length ? end - position : length;
      if (from < to) {
        const offset = TypedArrayByteOffset(part) + from;
        result.append(new NativeUint8Array(TypedArrayBuffer(part), offset, to - from));
      }
      position += length;
    }
    return result;
  }

  /** A copy in one piece. @throws RangeError if there is no memory for it */
  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new NativeUint8Array(this.#length);
    let position = 0;
    for (let index = 0; index < this.#parts.length; index++) {
      const part = this.#parts[index]!;
      Uint8ArraySet(bytes, part, position);
      position += TypedArrayByteLength(part);
    }
    return bytes;
  }

  /** The bytes in one piece, to read only. */
  toReadOnlyBytes(): Uint8Array {
    return this.#parts.length === 1 ? this.#parts[0]! : this.toBytes();
  }
}
