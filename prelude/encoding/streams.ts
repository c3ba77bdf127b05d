/**
 * Encoding: TextEncoderStream and TextDecoderStream. https://encoding.spec.whatwg.org/#interface-textdecoderstream
 */
import { type DecoderAttributes, TextDecoder, attributesOf, decodeBytes } from "./encoding.ts";
import { Op } from "../core/engine.ts";
import { NativeTypeError, StringPrototypeSlice } from "../core/primordials.ts";
import { TransformEnds } from "../streams/generic-transform.ts";
import type { ReadableStream } from "../streams/readable-stream.ts";
import { type TransformState, createTransform } from "../streams/transform-state.ts";
import type { WritableStream } from "../streams/writable-stream.ts";
import { bytesOf, emptyBytes } from "../webidl/buffers.ts";
import { toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** https://encoding.spec.whatwg.org/#interface-textencoderstream */
class TextEncoderStream {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #ends: TransformEnds;

  constructor() {
    // https://encoding.spec.whatwg.org/#textencoderstream-leading-surrogate: a pair may come in two chunks.
    let pending = "";
    const transform = createTransform(
      (chunk, stream) => {
        let text = pending + toDOMString(chunk);
        const last = text === "" ? "" : text[text.length - 1]!;
        pending = last >= "\ud800" && last <= "\udbff" ? last : "";
        if (pending !== "") text = StringPrototypeSlice(text, 0, text.length - 1);
        if (text !== "") stream.enqueue(op(Op.Utf8Encode, text), "TextEncoderStream");
      },
      (stream) => {
        if (pending !== "") stream.enqueue(op(Op.Utf8Encode, pending), "TextEncoderStream");
      },
    );
    this.#ends = new TransformEnds(transform);
  }

  get encoding(): string {
    void this.#ends;
    return "utf-8";
  }

  get readable(): ReadableStream {
    return this.#ends.readable;
  }

  get writable(): WritableStream {
    return this.#ends.writable;
  }
}

publishInterface(TextEncoderStream, "TextEncoderStream");

/** A transform of bytes to text. */
export function createDecoder(decoder: TextDecoder): TransformState {
  return createTransform(
    (chunk, stream) => {
      const bytes = bytesOf(chunk);
      if (bytes === undefined) {
        throw new NativeTypeError("TextDecoderStream: The chunk is not of type 'ArrayBuffer' or 'ArrayBufferView'.");
      }
      const text = decodeBytes(decoder, bytes, true, "TextDecoderStream");
      if (text !== "") stream.enqueue(text, "TextDecoderStream");
    },
    (stream) => {
      const text = decodeBytes(decoder, emptyBytes(), false, "TextDecoderStream");
      if (text !== "") stream.enqueue(text, "TextDecoderStream");
    },
  );
}

/** https://encoding.spec.whatwg.org/#interface-textdecoderstream */
class TextDecoderStream {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #attributes: DecoderAttributes;
  readonly #ends: TransformEnds;

  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const decoder = new TextDecoder(label, options);
    this.#attributes = attributesOf(decoder);
    this.#ends = new TransformEnds(createDecoder(decoder));
  }

  get encoding(): string {
    return this.#attributes.encoding;
  }

  get fatal(): boolean {
    return this.#attributes.fatal;
  }

  get ignoreBOM(): boolean {
    return this.#attributes.ignoreBOM;
  }

  get readable(): ReadableStream {
    return this.#ends.readable;
  }

  get writable(): WritableStream {
    return this.#ends.writable;
  }
}

publishInterface(TextDecoderStream, "TextDecoderStream");
