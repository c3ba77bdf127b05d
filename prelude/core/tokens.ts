/**
 * Fetch: what headers and methods are made of. https://fetch.spec.whatwg.org/#http-infrastructure
 */
import {
  NativeUint8Array,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
} from "./primordials.ts";

/** A table with a 1 for each of some code units, all of them below `size`. */
export function tableOf(units: string, size: number): Uint8Array {
  const table = new NativeUint8Array(size);
  for (let index = 0; index < units.length; index++) table[StringPrototypeCharCodeAt(units, index)] = 1;
  return table;
}

/** 1: https://www.rfc-editor.org/rfc/rfc9110#name-tokens may hold this code unit. */
const tokenUnits = tableOf("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 128);

export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    if (unit > 127 || tokenUnits[unit] === 0) return false;
  }
  return text !== "";
}

/** https://fetch.spec.whatwg.org/#header-value, of a byte string that is normalized. */
export function isHeaderValue(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    if (unit === 0 || unit === 10 || unit === 13) return false;
  }
  return true;
}

/** https://fetch.spec.whatwg.org/#http-whitespace */
export function isWhitespace(unit: string | undefined): boolean {
  return unit === " " || unit === "\t" || unit === "\n" || unit === "\r";
}

/** https://fetch.spec.whatwg.org/#concept-header-value-normalize */
export function normalizeValue(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(StringPrototypeCharAt(text, start))) start++;
  while (end > start && isWhitespace(StringPrototypeCharAt(text, end - 1))) end--;
  return start === 0 && end === text.length ? text : StringPrototypeSlice(text, start, end);
}
