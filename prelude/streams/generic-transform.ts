/**
 * Streams: the two ends of a transform of the platform's. https://streams.spec.whatwg.org/#other-specs-ts-wrapping
 */
import { type ReadableStream, newReadableStream } from "./readable-stream.ts";
import type { TransformState } from "./transform-state.ts";
import { type WritableStream, newWritableStream } from "./writable-stream.ts";

/** What a GenericTransformStream keeps in a private field, for its getters `readable` and `writable`. */
export class TransformEnds {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;

  constructor(state: TransformState) {
    this.readable = newReadableStream(state.readable);
    this.writable = newWritableStream(state.writable);
  }
}
