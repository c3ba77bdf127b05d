/**
 * File API: a Blob's stream. https://w3c.github.io/FileAPI/#blob-get-stream
 */
import { DOMException } from "../dom-exception.ts";
import type { ByteSequence } from "./bytes.ts";

/** Bytes a chunk has at most. */
const chunkBytesMax = 64 * 1024;

/** A ReadableByteStreamController and a ReadableStreamBYOBRequest, of which only the intrinsics below know more. */
type Controller = object;
type ByobRequest = object;

interface Streams {
  readonly create: (source: object) => object;
  readonly enqueue: (controller: Controller, chunk: Uint8Array) => void;
  readonly close: (controller: Controller) => void;
  readonly byobRequest: (controller: Controller) => ByobRequest | null;
  readonly respond: (request: ByobRequest, bytesWritten: number) => void;
}

let streams: Streams | undefined;

/** While the snapshot is made, last of all: streams are made by the intrinsics as they are now. */
export function captureStreams(): void {
  const { ReadableStream, ReadableByteStreamController, ReadableStreamBYOBRequest } = globalThis as unknown as Record<
    string,
    (new (source: object) => object) | undefined
  >;
  if (
    ReadableStream === undefined ||
    ReadableByteStreamController === undefined ||
    ReadableStreamBYOBRequest === undefined
  ) {
    return;
  }
  const { bind, call } = Function.prototype;
  const member = <F>(constructor: Function, name: string, kind: "value" | "get"): F =>
    bind.call(call, Object.getOwnPropertyDescriptor(constructor.prototype, name)![kind]) as F;
  streams = {
    create: (source) => new ReadableStream(source),
    enqueue: member(ReadableByteStreamController, "enqueue", "value"),
    close: member(ReadableByteStreamController, "close", "value"),
    byobRequest: member(ReadableByteStreamController, "byobRequest", "get"),
    respond: member(ReadableStreamBYOBRequest, "respond", "value"),
  };
}

/** A byte stream of the bytes, made as they are asked for. */
export function streamBytes(bytes: ByteSequence): object {
  if (streams === undefined) throw new DOMException("There are no streams in this isolate.", "NotSupportedError");
  const { create, enqueue, close, byobRequest, respond } = streams;
  const { length } = bytes;
  let position = 0;
  return create({
    __proto__: null,
    type: "bytes",
    pull(controller: Controller): void {
      if (position === length) {
        close(controller);
        const request = byobRequest(controller);
        if (request !== null) respond(request, 0);
        return;
      }
      const end = length - position < chunkBytesMax ? length : position + chunkBytesMax;
      const chunk = bytes.slice(position, end).toBytes();
      position = end;
      enqueue(controller, chunk);
    },
  });
}
