/**
 * File API: what makes a Blob's stream. Streams are more than all of the File API: stream.ts, which provides it, is
 * loaded when a Blob is first read as one.
 */
import type { ByteSequence } from "./bytes.ts";

/** undefined until it is loaded. */
export let makeStream: ((bytes: ByteSequence) => object) | undefined;

export function provideStreams(make: (bytes: ByteSequence) => object): void {
  makeStream = make;
}
