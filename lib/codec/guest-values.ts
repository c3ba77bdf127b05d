/**
 * Guests' values, looked at by length before content: a few bytes can describe an array of 2^32 - 1 holes, and a message
 * can hold a million keys. Whatever walks or parses a guest's value does it through these.
 */
import { types } from "node:util";
import { isLarge } from "./large-objects.ts";

/** Characters of a URL at most. */
export const URL_LENGTH_MAX = 65_536;

/** Characters between a URL's scheme and its path at most: to make ASCII of a host takes the square of its length. */
const AUTHORITY_LENGTH_MAX = 2048;

const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** A string of at most so many characters, otherwise undefined. */
export function shortString(value: unknown, lengthMax: number): string | undefined {
  return typeof value === "string" && value.length <= lengthMax ? value : undefined;
}

/** A list of at most so many strings, each of at most so many characters; undefined for anything else. */
export function shortStrings(value: unknown, countMax: number, lengthMax: number): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > countMax) return undefined;
  const list = value as readonly unknown[];
  // Not `every`, which does not call for holes.
  for (let i = 0; i < list.length; i++) if (shortString(list[i], lengthMax) === undefined) return undefined;
  return list as readonly string[];
}

/**
 * The pairs of a record, a Map or a list of pairs; undefined for anything else, and if there are more than `countMax`.
 * What is in them is still to be checked; what is no pair in a list has nothing in it.
 */
export function shortPairs(value: unknown, countMax: number): readonly (readonly [unknown, unknown])[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    if (value.length > countMax) return undefined;
    const pairs: [unknown, unknown][] = [];
    for (const pair of value as readonly unknown[]) {
      pairs.push(Array.isArray(pair) && pair.length === 2 ? [pair[0], pair[1]] : [undefined, undefined]);
    }
    return pairs;
  }
  if (value instanceof Map) return value.size > countMax ? undefined : [...value];
  // Their keys are their bytes, or their characters.
  if (isLarge(value) || ArrayBuffer.isView(value) || types.isStringObject(value)) return undefined;
  const pairs = Object.entries(value);
  return pairs.length > countMax ? undefined : pairs;
}

/** As `URL.parse`; null also for what is too long to be worth its time. */
export function parseUrl(text: string, base?: string): URL | null {
  if (text.length > URL_LENGTH_MAX || authorityLength(text) > AUTHORITY_LENGTH_MAX) return null;
  return URL.parse(text, base);
}

/** At least the length of what a parser may take for user name, host and port. */
function authorityLength(text: string): number {
  let start = 0;
  let slashes = 0;
  // A scheme, if there is one, ends at the first colon before any delimiter.
  const beforeDelimiter = run(text, 0);
  const colon = text.indexOf(":");
  const hasScheme = colon >= 0 && colon < beforeDelimiter;
  if (hasScheme) start = colon + 1;
  for (; start < text.length; start++) {
    const unit = text.charCodeAt(start);
    if (unit === SLASH || unit === BACKSLASH) slashes++;
    // Parsers drop tabs and line breaks wherever they are, and blanks at the beginning.
    else if (unit > 0x20) break;
  }
  return hasScheme || slashes > 1 ? run(text, start) - start : 0;
}

/** Where the characters end that are none of `/`, `\`, `?` and `#`. */
function run(text: string, start: number): number {
  const end = text.slice(start).search(/[/\\?#]/);
  return end < 0 ? text.length : start + end;
}
