/**
 * File API: what makes a Blob's streams. Streams are more than all of the File API: stream.ts, which provides it, is
 * loaded when a Blob is first read as one. So is text-stream.ts, with the decoder's stream.
 */
import type { ByteSequence } from "./bytes.ts";

/** undefined until it is loaded. */
export let makeStream: ((bytes: ByteSequence) => object) | undefined;

/** Of a ReadableStream of bytes that is not locked, one of the text that they are in UTF-8; undefined until it is loaded. */
export let decodeStream: ((stream: object) => object) | undefined;

export function provideDecodedStreams(decode: (stream: object) => object): void {
  decodeStream = decode;
}

export function provideStreams(make: (bytes: ByteSequence) => object): void {
  makeStream = make;
}
