/**
 * Compression Streams. https://compression.spec.whatwg.org/
 *
 * The engine works on a part of a chunk at a time, and the next waits until the reader has taken what came of the last:
 * a few bytes that decompress to gigabytes cost what their reader keeps.
 */
import { Op } from "../core/engine.ts";
import { NativeTypeError, NativeUint32Array, TypedArrayBuffer, TypedArrayByteLength } from "../core/primordials.ts";
import { TransformEnds } from "./generic-transform.ts";
import type { ReadableStream } from "./readable-stream.ts";
import { type TransformState, createTransform } from "./transform-state.ts";
import type { WritableStream } from "./writable-stream.ts";
import { bytesOf, emptyBytes, isShared } from "../webidl/buffers.ts";
import { constructing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** The engine's numbers. https://compression.spec.whatwg.org/#supported-formats */
const formats = ["deflate", "deflate-raw", "gzip", "brotli"] as const;

/** What the engine says after a call. */
const enum Status {
  InputUsed = 0,
  MoreOutput = 1,
  Ended = 2,
  Malformed = 3,
}

class Codec {
  readonly #buffer: ArrayBuffer;
  /** The engine's two numbers: bytes consumed, and the status. */
  readonly #result: Uint32Array;
  readonly #name: string;
  readonly #inflates: boolean;
  #ended = false;

  constructor(name: string, inflates: boolean, format: number) {
    this.#name = name;
    this.#inflates = inflates;
    this.#buffer = op(Op.CodecNew, inflates, format);
    this.#result = new NativeUint32Array(this.#buffer, 0, 2);
  }

  /** https://compression.spec.whatwg.org/#compress-and-enqueue-a-chunk, and its opposite. */
  async write(chunk: unknown, stream: TransformState): Promise<void> {
    const bytes = bytesOf(chunk);
    if (bytes === undefined || isShared(TypedArrayBuffer(bytes))) {
      throw this.#error("The chunk is not of type 'ArrayBuffer' or 'ArrayBufferView'.");
    }
    let offset = 0;
    let more = false;
    let full = false;
    while (more || offset < TypedArrayByteLength(bytes)) {
      if (full && !(await stream.wanted())) return;
      if (this.#ended) throw this.#error("There is data after the end of the compressed data.");
      const output = op(Op.CodecRun, this.#buffer, bytes, offset, false);
      offset += this.#result[0]!;
      more = this.#take(output, stream);
      full = output !== undefined;
    }
  }

  /** https://compression.spec.whatwg.org/#compress-flush-and-enqueue, and its opposite. */
  flush(stream: TransformState): void {
    if (this.#inflates) {
      if (!this.#ended) throw this.#error("The compressed data has no end.");
      return;
    }
    while (!this.#ended) this.#take(op(Op.CodecRun, this.#buffer, emptyBytes(), 0, true), stream);
  }

  /** Whether there is more output before more input. */
  #take(output: Uint8Array | undefined, stream: TransformState): boolean {
    const status: Status = this.#result[1]!;
    if (output !== undefined) stream.enqueue(output, this.#name);
    if (status === Status.Malformed) throw this.#error("The compressed data is not valid.");
    this.#ended = status === Status.Ended;
    return status === Status.MoreOutput;
  }

  #error(message: string): TypeError {
    return new NativeTypeError(`${this.#name}: ${message}`);
  }
}

function createEnds(name: string, inflates: boolean, present: number, format: unknown): TransformEnds {
  const context = constructing(name);
  requireArguments(present, 1, context);
  const text = toDOMString(format);
  let number = 0;
  while (number < formats.length && formats[number] !== text) number++;
  if (number === formats.length) throw new NativeTypeError(`${context}: Unsupported compression format: '${text}'.`);
  const codec = new Codec(name, inflates, number);
  const transform = createTransform(
    (chunk, stream) => codec.write(chunk, stream),
    (stream) => codec.flush(stream),
  );
  return new TransformEnds(transform);
}

/** https://compression.spec.whatwg.org/#compression-stream */
class CompressionStream {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #ends: TransformEnds;

  constructor(format: unknown) {
    this.#ends = createEnds("CompressionStream", false, arguments.length, format);
  }

  get readable(): ReadableStream {
    return this.#ends.readable;
  }

  get writable(): WritableStream {
    return this.#ends.writable;
  }
}

publishInterface(CompressionStream, "CompressionStream");

/** https://compression.spec.whatwg.org/#decompression-stream */
class DecompressionStream {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #ends: TransformEnds;

  constructor(format: unknown) {
    this.#ends = createEnds("DecompressionStream", true, arguments.length, format);
  }

  get readable(): ReadableStream {
    return this.#ends.readable;
  }

  get writable(): WritableStream {
    return this.#ends.writable;
  }
}

publishInterface(DecompressionStream, "DecompressionStream");
