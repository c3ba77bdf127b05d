/**
 * Fetch: data: URLs. https://fetch.spec.whatwg.org/#data-url-processor
 */
import { Op } from "../core/engine.ts";
import { parseMimeType, serializeMimeType } from "../core/mime-type.ts";
import {
  NativeUint8Array,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
} from "../core/primordials.ts";
import { percentDecode } from "../core/percent-decode.ts";

/** https://fetch.spec.whatwg.org/#data-url-struct */
interface DataUrl {
  /** Serialized. */
  readonly type: string;
  readonly body: Uint8Array;
}

const schemeLength = "data:".length;
const base64Length = "base64".length;

/** Of a serialized URL, which is ASCII; undefined: failure. */
export function parseDataUrl(url: string): DataUrl | undefined {
  let end = schemeLength;
  while (end < url.length && url[end] !== "#") end++;
  let comma = schemeLength;
  while (comma < end && url[comma] !== ",") comma++;
  if (comma === end) return undefined;
  let type = trim(url, schemeLength, comma);
  let body = percentDecode(url, comma + 1, end);
  const marked = withoutBase64(type);
  if (marked !== undefined) {
    const decoded = op(Op.Atob, op(Op.BytesToString, body));
    if (decoded === undefined) return undefined;
    body = isomorphicEncode(decoded);
    type = marked;
  }
  const record = parseMimeType(StringPrototypeCharAt(type, 0) === ";" ? `text/plain${type}` : type);
  return { type: record === undefined ? "text/plain;charset=US-ASCII" : serializeMimeType(record), body };
}

/** Of ASCII whitespace, serialized URLs have spaces only. */
function trim(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && text[start] === " ") start++;
  while (end > start && text[end - 1] === " ") end--;
  return StringPrototypeSlice(text, start, end);
}

/** What is before ";", spaces and "base64" at the end; undefined if that is not there. */
function withoutBase64(type: string): string | undefined {
  let end = type.length - base64Length;
  if (end < 0 || StringPrototypeToLowerCase(StringPrototypeSlice(type, end)) !== "base64") return undefined;
  while (end > 0 && type[end - 1] === " ") end--;
  return end > 0 && type[end - 1] === ";" ? StringPrototypeSlice(type, 0, end - 1) : undefined;
}

/** https://infra.spec.whatwg.org/#isomorphic-encode */
function isomorphicEncode(text: string): Uint8Array {
  const bytes = new NativeUint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = StringPrototypeCharCodeAt(text, index);
  return bytes;
}
