/**
 * File API: the text of a stream of bytes. https://w3c.github.io/FileAPI/#dom-blob-textstream
 */
import { TextDecoder } from "../encoding/encoding.ts";
import { createDecoder } from "../encoding/streams.ts";
import { pipe, pipeAll } from "../streams/pipe.ts";
import { markHandled } from "../streams/promises.ts";
import { newReadableStream, readableStateOf } from "../streams/readable-stream.ts";
import { provideDecodedStreams } from "./lazy-stream.ts";

provideDecodedStreams((stream) => {
  const { readable, writable } = createDecoder(new TextDecoder());
  markHandled(pipe(readableStateOf(stream)!, writable, pipeAll));
  return newReadableStream(readable);
});
