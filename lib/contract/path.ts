/** Where in a value something is, for messages: `data.items[3].callback`. */

/** A property's key, an element's index, or what has no name that a program would write: `<map key 2>`. */
export type PathSegment = string | number | Unnamed;

/** The `index`th key or value of a map, or value of a set, from 0. */
export interface Unnamed {
  readonly what: "map key" | "map value" | "set value";
  readonly index: number;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const SEGMENTS_MAX = 20;
const KEY_LENGTH_MAX = 40;

/** Writes `root` and the first `length` segments the way a program would. Long paths lose their middle. */
export function formatPath(root: string, segments: readonly PathSegment[], length: number): string {
  const parts = segments.slice(0, length).map(formatSegment);
  if (parts.length > SEGMENTS_MAX) parts.splice(SEGMENTS_MAX / 2, parts.length - SEGMENTS_MAX, " … ");
  return root + parts.join("");
}

function formatSegment(segment: PathSegment): string {
  if (typeof segment === "number") return `[${segment}]`;
  if (typeof segment === "object") return `<${segment.what} ${segment.index}>`;
  if (IDENTIFIER.test(segment) && segment.length <= KEY_LENGTH_MAX) return `.${segment}`;
  const short = segment.length <= KEY_LENGTH_MAX ? segment : `${segment.slice(0, KEY_LENGTH_MAX).toWellFormed()}…`;
  return `[${JSON.stringify(short)}]`;
}
