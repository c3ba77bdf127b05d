/**
 * Streams: buffers and views of them. https://streams.spec.whatwg.org/#misc-abstract-ops
 */
import {
  ArrayBufferDetached,
  ArrayBufferTransfer,
  DataViewBuffer,
  DataViewByteLength,
  DataViewByteOffset,
  NativeArrayBuffer,
  NativeDataView,
  NativeTypeError,
  NativeUint8Array,
  ReflectConstruct,
  TypedArrayBrand,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  Uint8ArraySet,
  viewConstructors,
} from "../core/primordials.ts";
import { isShared } from "../webidl/buffers.ts";

/** What makes views of one kind. */
export interface ViewKind {
  readonly construct: Function;
  readonly elementSize: number;
}

/** A view by its parts. */
export interface View {
  readonly kind: ViewKind;
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
}

const dataViewKind: ViewKind = { construct: NativeDataView, elementSize: 1 };
export const uint8Kind: ViewKind = { construct: NativeUint8Array, elementSize: 1 };

/** https://webidl.spec.whatwg.org/#js-buffer-source-types: an ArrayBufferView that is not shared. */
export function toView(value: unknown, context: string): View {
  const brand = TypedArrayBrand(value);
  const view = value as ArrayBufferView;
  if (brand === undefined) {
    let buffer: ArrayBufferLike;
    try {
      buffer = DataViewBuffer(view);
    } catch {
      throw new NativeTypeError(`${context}: parameter 1 is not of type 'ArrayBufferView'.`);
    }
    requireUnshared(buffer, context);
    let byteLength = 0;
    let byteOffset = 0;
    try {
      byteLength = DataViewByteLength(view);
      byteOffset = DataViewByteOffset(view);
    } catch {
      // Detached or out of bounds: a view of nothing.
    }
    return { kind: dataViewKind, buffer, byteOffset, byteLength };
  }
  const buffer = TypedArrayBuffer(view);
  requireUnshared(buffer, context);
  const kind = viewConstructors[brand]!;
  return { kind, buffer, byteOffset: TypedArrayByteOffset(view), byteLength: TypedArrayByteLength(view) };
}

function requireUnshared(buffer: ArrayBufferLike, context: string): asserts buffer is ArrayBuffer {
  if (isShared(buffer)) throw new NativeTypeError(`${context}: parameter 1 is shared memory.`);
}

export function newView(kind: ViewKind, buffer: ArrayBuffer, byteOffset: number, length: number): ArrayBufferView {
  return ReflectConstruct(kind.construct, [buffer, byteOffset, length]) as ArrayBufferView;
}

export const isDetached: (buffer: ArrayBuffer) => boolean = ArrayBufferDetached;

/** https://streams.spec.whatwg.org/#transfer-array-buffer. @throws TypeError if that is not possible. */
export const transferBuffer: (buffer: ArrayBuffer) => ArrayBuffer = ArrayBufferTransfer;

/** https://tc39.es/ecma262/#sec-clonearraybuffer, of a part. */
export function cloneBuffer(buffer: ArrayBuffer, byteOffset: number, byteLength: number): ArrayBuffer {
  const clone = new NativeArrayBuffer(byteLength);
  copyBytes(clone, 0, buffer, byteOffset, byteLength);
  return clone;
}

/** https://tc39.es/ecma262/#sec-copydatablockbytes. @throws RangeError, TypeError for what is outside either buffer. */
export function copyBytes(to: ArrayBuffer, toOffset: number, from: ArrayBuffer, offset: number, length: number): void {
  if (length === 0) return;
  Uint8ArraySet(new NativeUint8Array(to), new NativeUint8Array(from, offset, length), toOffset);
}
