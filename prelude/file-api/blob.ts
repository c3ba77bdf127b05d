/**
 * File API: Blob. https://w3c.github.io/FileAPI/#blob-section
 */
import { Op } from "../core/engine.ts";
import { type PlatformSteps, platformObject } from "../core/platform-objects.ts";
import {
  NativeTypeError,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  SymbolIterator,
  TypedArrayBuffer,
  hideClass,
  isObject,
  newList,
} from "../core/primordials.ts";
import { bytesOf } from "../webidl/buffers.ts";
import {
  constructing,
  toClampedLongLong,
  toDOMString,
  toDictionary,
  toIterated,
  toUSVString,
} from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { ByteSequence, copyBytes } from "./bytes.ts";
import { decodeStream, makeStream } from "./lazy-stream.ts";

/** What a Blob is made of; also what stands for it in a structured clone. */
export class BlobData {
  readonly bytes: ByteSequence;
  readonly type: string;
  /** Of a File. */
  readonly name: string;
  readonly lastModified: number;

  constructor(bytes: ByteSequence, type: string, name = "", lastModified = 0) {
    this.bytes = bytes;
    this.type = type;
    this.name = name;
    this.lastModified = lastModified;
  }
}

/** The data behind a Blob or File, undefined for everything else. */
export let blobDataOf: (value: unknown) => BlobData | undefined;

const steps: PlatformSteps<Blob, BlobData> = {
  __proto__: null,
  serialize: (blob) => blobDataOf(blob)!,
  deserialize: (data) => createBlob(data),
} as PlatformSteps<Blob, BlobData>;

/** https://w3c.github.io/FileAPI/#dfn-Blob */
export class Blob {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #data: BlobData;

  static {
    blobDataOf = (value): BlobData | undefined => (isObject(value) && #data in value ? value.#data : undefined);
  }

  /** The prelude passes a BlobData, of which guests have none. */
  constructor(blobParts: unknown = undefined, options: unknown = undefined) {
    this.#data = blobParts instanceof BlobData ? blobParts : toBlobData(blobParts, options);
  }

  get size(): number {
    return this.#data.bytes.length;
  }

  get type(): string {
    return this.#data.type;
  }

  /** https://w3c.github.io/FileAPI/#slice-blob */
  slice(start: unknown = undefined, end: unknown = undefined, contentType: unknown = undefined): Blob {
    const { bytes } = this.#data;
    const size = bytes.length;
    const from = start === undefined ? 0 : toClampedLongLong(start);
    const to = end === undefined ? size : toClampedLongLong(end);
    const type = contentType === undefined ? "" : normalizeType(toDOMString(contentType));
    return createBlob(new BlobData(bytes.slice(relative(from, size), relative(to, size)), type));
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-stream */
  stream(): object {
    if (makeStream === undefined) require("./stream.ts");
    return makeStream!(this.#data.bytes);
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-textstream */
  textStream(): object {
    const { bytes } = this.#data;
    if (makeStream === undefined) require("./stream.ts");
    if (decodeStream === undefined) require("./text-stream.ts");
    return decodeStream!(makeStream!(bytes));
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-text */
  async text(): Promise<string> {
    return utf8Decode(this.#data.bytes.toReadOnlyBytes());
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-arraybuffer */
  async arrayBuffer(): Promise<ArrayBufferLike> {
    return TypedArrayBuffer(this.#data.bytes.toBytes());
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-bytes */
  async bytes(): Promise<Uint8Array> {
    return this.#data.bytes.toBytes();
  }
}

hideClass(BlobData);

publishInterface(Blob, "Blob");

export function createBlob(data: BlobData): Blob {
  return new Blob(data);
}

/** https://encoding.spec.whatwg.org/#utf-8-decode */
export function utf8Decode(bytes: Uint8Array): string {
  const text = op(Op.Utf8Decode, bytes, false)!;
  return withoutMark(text);
}

/** Decoded text without a byte order mark. */
export function withoutMark(text: string): string {
  return StringPrototypeCharAt(text, 0) === "\uFEFF" ? StringPrototypeSlice(text, 1) : text;
}

function relative(position: number, size: number): number {
  if (position < 0) return size + position > 0 ? size + position : 0;
  return position < size ? position : size;
}

/** https://w3c.github.io/FileAPI/#constructorBlob */
function toBlobData(blobParts: unknown, options: unknown): BlobData {
  const context = constructing("Blob");
  const parts = blobParts === undefined ? newList<BlobPart>() : toBlobParts(blobParts, context);
  const { native, type } = toPropertyBag(toDictionary(options, context), context);
  return new BlobData(processParts(parts, native), type);
}

/** BlobPart: the bytes of a buffer (the guest's own, not copied yet), a Blob, or text. */
type BlobPart = Uint8Array | BlobData | string;

/** https://webidl.spec.whatwg.org/#js-sequence, of BlobPart. */
export function toBlobParts(value: unknown, context: string): readonly BlobPart[] {
  const method = isObject(value) ? (value as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (typeof method !== "function") {
    throw new NativeTypeError(`${context}: The provided value cannot be converted to a sequence.`);
  }
  return toIterated(value as object, method, context, toBlobPart);
}

function toBlobPart(value: unknown): BlobPart {
  return (isObject(value) ? (blobDataOf(value) ?? bytesOf(value)) : undefined) ?? toUSVString(value);
}

/** The members of BlobPropertyBag. */
export function toPropertyBag(
  dictionary: Record<string, unknown> | undefined,
  context: string,
): { readonly native: boolean; readonly type: string } {
  if (dictionary === undefined) return { native: false, type: "" };
  const { endings } = dictionary;
  const ending = endings === undefined ? "transparent" : toDOMString(endings);
  if (ending !== "transparent" && ending !== "native") {
    throw new NativeTypeError(
      `${context}: The provided value '${ending}' is not a valid enum value of type EndingType.`,
    );
  }
  const { type } = dictionary;
  return { native: ending === "native", type: type === undefined ? "" : normalizeType(toDOMString(type)) };
}

/** https://w3c.github.io/FileAPI/#process-blob-parts */
export function processParts(parts: readonly BlobPart[], native: boolean): ByteSequence {
  const bytes = new ByteSequence();
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    if (typeof part === "string") bytes.append(op(Op.Utf8Encode, native ? toNativeLineEndings(part) : part));
    else if (part instanceof BlobData) bytes.appendAll(part.bytes);
    else bytes.append(copyBytes(part));
  }
  return bytes;
}

/** https://w3c.github.io/FileAPI/#convert-line-endings-to-native, which are line feeds here. */
function toNativeLineEndings(text: string): string {
  let result = "";
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== "\r") continue;
    result += `${StringPrototypeSlice(text, start, index)}\n`;
    if (StringPrototypeCharAt(text, index + 1) === "\n") index++;
    start = index + 1;
  }
  return start === 0 ? text : result + StringPrototypeSlice(text, start);
}

/** The type attribute: lower case, empty if a character is outside U+0020 to U+007E. */
function normalizeType(type: string): string {
  for (let index = 0; index < type.length; index++) {
    const unit = StringPrototypeCharCodeAt(type, index);
    if (unit < 0x20 || unit > 0x7e) return "";
  }
  return StringPrototypeToLowerCase(type);
}
