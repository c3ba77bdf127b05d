/**
 * File API: a Blob's stream. https://w3c.github.io/FileAPI/#blob-get-stream
 */
import { createByteStream } from "../streams/byte-tee.ts";
import { type ReadableStream, newReadableStream } from "../streams/readable-stream.ts";
import { toView } from "../streams/views.ts";
import type { ByteSequence } from "./bytes.ts";
import { provideStreams } from "./lazy-stream.ts";

/** Bytes a chunk has at most. */
const chunkBytesMax = 64 * 1024;

/** A byte stream of the bytes, made as they are asked for. */
function streamBytes(bytes: ByteSequence): ReadableStream {
  const { length } = bytes;
  let position = 0;
  const controller = createByteStream({
    pull(): void {
      if (position === length) {
        controller.close();
        if (controller.requestView !== null) controller.respond(0);
        return;
      }
      const end = length - position < chunkBytesMax ? length : position + chunkBytesMax;
      const chunk = bytes.slice(position, end).toBytes();
      position = end;
      controller.enqueue(toView(chunk, ""));
    },
    cancel: () => undefined,
  });
  return newReadableStream(controller.stream);
}

provideStreams(streamBytes);
