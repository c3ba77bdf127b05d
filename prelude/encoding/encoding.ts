/**
 * Encoding: TextEncoder and TextDecoder. https://encoding.spec.whatwg.org/#api
 */
import { type Decoder, type Encoding, getEncoding } from "./encodings.ts";
import "./legacy.ts";
import "./utf-8.ts";
import { Op } from "../core/engine.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeRangeError, NativeTypeError, StringPrototypeSlice, TypedArrayBrand } from "../core/primordials.ts";
import { bytesOf, emptyBytes } from "../webidl/buffers.ts";
import { constructing, executing, requireArguments, toDOMString, toDictionary } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

/** https://encoding.spec.whatwg.org/#interface-textencoder */
export class TextEncoder {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #brand = undefined;

  static #check(value: object): void {
    if (!(#brand in value)) throw new NativeTypeError("Illegal invocation");
  }

  get encoding(): string {
    TextEncoder.#check(this);
    return "utf-8";
  }

  encode(input: unknown = ""): Uint8Array<ArrayBuffer> {
    TextEncoder.#check(this);
    return op(Op.Utf8Encode, toDOMString(input));
  }

  encodeInto(source: unknown, destination: unknown): { read: number; written: number } {
    TextEncoder.#check(this);
    const context = executing("encodeInto", "TextEncoder");
    requireArguments(arguments.length, 2, context);
    const text = toDOMString(source);
    if (TypedArrayBrand(destination) !== "Uint8Array") {
      throw new NativeTypeError(`${context}: parameter 2 is not of type 'Uint8Array'.`);
    }
    const counts = op(Op.Utf8EncodeInto, text, destination as Uint8Array);
    return { read: counts[0], written: counts[1] };
  }
}

publishInterface(TextEncoder, "TextEncoder");

/** https://encoding.spec.whatwg.org/#textdecodercommon */
export interface DecoderAttributes {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
}

/** A decoder's attributes, whatever a guest made of its getters. */
export let attributesOf: (decoder: TextDecoder) => DecoderAttributes;

/** `decode()` of a decoder, its input converted already. */
export let decodeBytes: (decoder: TextDecoder, bytes: Uint8Array, stream: boolean, context: string) => string;

/** https://encoding.spec.whatwg.org/#interface-textdecoder */
export class TextDecoder {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #encoding: Encoding;
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  #decoder: Decoder | undefined;
  #bomSeen = false;

  static {
    attributesOf = (decoder) => ({
      encoding: decoder.#encoding.name,
      fatal: decoder.#fatal,
      ignoreBOM: decoder.#ignoreBOM,
    });
    decodeBytes = (decoder, bytes, stream, context) => decoder.#decode(bytes, stream, context);
  }

  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const context = constructing("TextDecoder");
    const name = toDOMString(label);
    const dictionary = toDictionary(options, context) as { fatal?: unknown; ignoreBOM?: unknown } | undefined;
    const fatal = !!dictionary?.fatal;
    const ignoreBOM = !!dictionary?.ignoreBOM;
    const encoding = getEncoding(name);
    if (encoding === undefined) {
      throw new NativeRangeError(`${context}: The encoding label provided ('${name}') is invalid.`);
    }
    this.#encoding = encoding;
    this.#fatal = fatal;
    this.#ignoreBOM = ignoreBOM;
  }

  get encoding(): string {
    return this.#encoding.name;
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBOM;
  }

  /** https://encoding.spec.whatwg.org/#dom-textdecoder-decode */
  decode(input: unknown = undefined, options: unknown = undefined): string {
    void this.#encoding;
    const context = executing("decode", "TextDecoder");
    const bytes = input === undefined ? emptyBytes() : bytesOf(input);
    if (bytes === undefined) {
      throw new NativeTypeError(`${context}: parameter 1 is not of type 'ArrayBuffer' or 'ArrayBufferView'.`);
    }
    const stream = !!(toDictionary(options, context) as { stream?: unknown } | undefined)?.stream;
    return this.#decode(bytes, stream, context);
  }

  #decode(bytes: Uint8Array, stream: boolean, context: string): string {
    const decoder = (this.#decoder ??= this.#encoding.createDecoder(this.#fatal));
    const text = decoder.decode(bytes, !stream);
    if (text === undefined) {
      this.#bomSeen = false;
      throw new NativeTypeError(`${context}: The encoded data was not valid.`);
    }
    return this.#serialize(text, stream);
  }

  /** https://encoding.spec.whatwg.org/#concept-td-serialize */
  #serialize(text: string, stream: boolean): string {
    const strip =
      this.#encoding.byteOrderMark && !this.#ignoreBOM && !this.#bomSeen && text !== "" && text[0] === "\uFEFF";
    this.#bomSeen = stream && (this.#bomSeen || text !== "");
    return strip ? StringPrototypeSlice(text, 1) : text;
  }
}

publishInterface(TextDecoder, "TextDecoder");
