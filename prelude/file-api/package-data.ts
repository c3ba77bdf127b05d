/**
 * File API: packaging data. https://w3c.github.io/FileAPI/#packaging-data
 */
import { type Encoding, getEncoding } from "../encoding/encodings.ts";
import "../encoding/legacy.ts";
import "../encoding/utf-8.ts";
import { Op } from "../core/engine.ts";
import { parseMimeType } from "../core/mime-type.ts";
import {
  StringPrototypeCharAt,
  StringPrototypeSlice,
  TypedArrayBuffer,
  TypedArrayByteLength,
} from "../core/primordials.ts";
import type { BlobData } from "./blob.ts";

/** What a read operation makes of the bytes. */
export type ReadType = "ArrayBuffer" | "BinaryString" | "DataURL" | "Text";

/** https://w3c.github.io/FileAPI/#blob-package-data. @throws RangeError if a text would be too long */
export function packageData(data: BlobData, type: ReadType, label: string | undefined): ArrayBufferLike | string {
  if (type === "ArrayBuffer") return TypedArrayBuffer(data.bytes.toBytes());
  const bytes = data.bytes.toReadOnlyBytes();
  if (type === "Text") return decode(bytes, encodingOf(label, data.type));
  const binary = op(Op.BytesToString, bytes);
  if (type === "BinaryString") return binary;
  return `data:${data.type === "" ? "application/octet-stream" : data.type};base64,${op(Op.Btoa, binary)}`;
}

/** The encoding's label, else the type's charset, else UTF-8. */
function encodingOf(label: string | undefined, type: string): Encoding {
  const given = label === undefined ? undefined : getEncoding(label);
  if (given !== undefined) return given;
  const charset = parseMimeType(type)?.parameters.get("charset");
  return (charset === undefined ? undefined : getEncoding(charset)) ?? getEncoding("utf-8")!;
}

/** https://encoding.spec.whatwg.org/#decode */
function decode(bytes: Uint8Array, fallback: Encoding): string {
  const encoding = sniff(bytes) ?? fallback;
  const text = encoding.createDecoder(false).decode(bytes, true)!;
  return encoding.byteOrderMark && StringPrototypeCharAt(text, 0) === "\uFEFF" ? StringPrototypeSlice(text, 1) : text;
}

/** https://encoding.spec.whatwg.org/#bom-sniff */
function sniff(bytes: Uint8Array): Encoding | undefined {
  const length = TypedArrayByteLength(bytes);
  if (length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return getEncoding("utf-8");
  if (length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) return getEncoding("utf-16be");
  if (length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return getEncoding("utf-16le");
  return undefined;
}
