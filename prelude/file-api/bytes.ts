/**
 * The bytes behind a Blob: views on memory that nobody writes to any more, so that slices and clones share it.
 */
import {
  ArrayBufferByteLength,
  ArrayBufferResizable,
  NativeUint8Array,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  Uint8ArraySet,
  newList,
} from "../core/primordials.ts";
import { isShared } from "../webidl/buffers.ts";

/** A copy of bytes, which may be a guest's. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = TypedArrayByteLength(bytes);
  const copy = new NativeUint8Array(length);
  // A detached array has no bytes, and may not be the source of a copy.
  if (length !== 0) Uint8ArraySet(copy, bytes, 0);
  return copy;
}

/** Bytes whose buffer holds nothing else, as all of it is cloned or kept with them; a copy only if it does. */
export function alone(bytes: Uint8Array): Uint8Array {
  const length = TypedArrayByteLength(bytes);
  const buffer = TypedArrayBuffer(bytes);
  if (length === 0 || isShared(buffer) || ArrayBufferResizable(buffer)) return copyBytes(bytes);
  return ArrayBufferByteLength(buffer) === length ? bytes : copyBytes(bytes);
}

/** A sequence of bytes in parts. */
export class ByteSequence {
  /** Most have but one part, and to make a list without a prototype takes V8 a while. */
  #first: Uint8Array | undefined = undefined;
  #others: Uint8Array[] | undefined = undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes the bytes over: nobody may write to them from now on. */
  append(bytes: Uint8Array): void {
    const length = TypedArrayByteLength(bytes);
    if (length === 0) return;
    this.#length += length;
    if (this.#first === undefined) {
      this.#first = bytes;
      return;
    }
    this.#others ??= newList<Uint8Array>();
    this.#others[this.#others.length] = bytes;
  }

  get #count(): number {
    if (this.#first === undefined) return 0;
    return this.#others === undefined ? 1 : this.#others.length + 1;
  }

  #part(index: number): Uint8Array {
    return index === 0 ? this.#first! : this.#others![index - 1]!;
  }

  appendAll(other: ByteSequence): void {
    const count = other.#count;
    for (let index = 0; index < count; index++) this.append(other.#part(index));
  }

  /** The bytes from `start` to `end`, not copied. */
  slice(start: number, end: number): ByteSequence {
    const result = new ByteSequence();
    const count = this.#count;
    let position = 0;
    for (let index = 0; index < count && position < end; index++) {
      const part = this.#part(index);
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
    const count = this.#count;
    let position = 0;
    for (let index = 0; index < count; index++) {
      const part = this.#part(index);
      Uint8ArraySet(bytes, part, position);
      position += TypedArrayByteLength(part);
    }
    return bytes;
  }

  /** The bytes in one piece, to read only. */
  toReadOnlyBytes(): Uint8Array {
    return this.#count === 1 ? this.#first! : this.toBytes();
  }
}
