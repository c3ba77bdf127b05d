/**
 * Fetch: ranges. https://fetch.spec.whatwg.org/#simple-range-header-value
 */
import { StringPrototypeSlice } from "../core/primordials.ts";

/** Both ends are part of it; null: it is not said. */
interface Range {
  readonly start: number | null;
  readonly end: number | null;
}

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (index < text.length && (text[index] === " " || text[index] === "\t")) index++;
  return index;
}

function skipDigits(text: string, from: number): number {
  let index = from;
  while (index < text.length && text[index]! >= "0" && text[index]! <= "9") index++;
  return index;
}

/** The place behind a sign, -1 if it is not there. */
function behind(text: string, sign: string, from: number): number {
  const at = skipBlanks(text, from);
  return at < text.length && text[at] === sign ? skipBlanks(text, at + 1) : -1;
}

/** https://fetch.spec.whatwg.org/#parse-a-single-range-header-value, with whitespace; undefined: failure. */
function parseRange(text: string): Range | undefined {
  if (StringPrototypeSlice(text, 0, 5) !== "bytes") return undefined;
  const startAt = behind(text, "=", 5);
  if (startAt < 0) return undefined;
  const startEnd = skipDigits(text, startAt);
  const endAt = behind(text, "-", startEnd);
  if (endAt < 0) return undefined;
  const end = skipDigits(text, endAt);
  if (end !== text.length) return undefined;
  const range = { start: toNumber(text, startAt, startEnd), end: toNumber(text, endAt, end) };
  if (range.start === null && range.end === null) return undefined;
  return range.start !== null && range.end !== null && range.start > range.end ? undefined : range;
}

function toNumber(text: string, start: number, end: number): number | null {
  return start === end ? null : +StringPrototypeSlice(text, start, end);
}

/**
 * Where the bytes lie that a Range header asks for, both ends part of them.
 * https://fetch.spec.whatwg.org/#scheme-fetch, of a blob
 *
 * @returns undefined if there are none
 */
export function findRange(
  header: string,
  length: number,
): { readonly start: number; readonly end: number } | undefined {
  const range = parseRange(header);
  if (range === undefined) return undefined;
  if (range.start === null) {
    const suffix = range.end!;
    return suffix === 0 || length === 0 ? undefined : { start: suffix < length ? length - suffix : 0, end: length - 1 };
  }
  if (range.start >= length) return undefined;
  return { start: range.start, end: range.end === null || range.end >= length ? length - 1 : range.end };
}
