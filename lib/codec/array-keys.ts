/** What an array holds besides its elements. JavaScript has no direct question for it, and listing all keys is slow. */
import { inspect } from "node:util";

/** Up to this length listing the keys is faster than asking `inspect`, which takes about 0.4 us at any length. */
const LIST_LENGTH_MAX = 8;
const NO_ELEMENTS = { maxArrayLength: 0, depth: 0, breakLength: Infinity } as const;
const INDEX_MAX = 2 ** 32 - 2;

/** The index a key is, or -1 if it is a name. */
export function arrayIndex(key: string): number {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 10) return -1;
  const index = Number(key);
  return index <= INDEX_MAX && String(index) === key ? index : -1;
}

/** The enumerable own keys of an array that are not indexes. */
export function extraKeys(array: readonly unknown[]): readonly string[] {
  const { length } = array;
  if (length <= LIST_LENGTH_MAX) {
    const keys = Object.keys(array);
    // Indexes come first, in ascending order, so the last index being the last key leaves no room for names.
    if (length === 0 ? keys.length === 0 : keys[keys.length - 1] === String(length - 1)) return [];
    return keys.filter(isName);
  }
  // Given no elements to show, it lists names only. Any other text, whatever the reason, means: look closer.
  if (inspect(array, NO_ELEMENTS) === `[ ... ${length} more items ]`) return [];
  return Object.keys(array).filter(isName);
}

/** So many holes of an array, if they are most of what was looked at, say enough: to look at one takes some 20 ns. */
const HOLES_SEEN_MAX = 64;

/** Whether most of an array's elements are holes, so that it is better written as keys and values. */
export function isSparse(array: readonly unknown[]): boolean {
  const { length } = array;
  let holes = 0;
  for (let i = 0; i < length; i++) {
    // Gives up early: an array may be 2^32 - 1 long and hold nothing.
    if (!(i in array) && ++holes > HOLES_SEEN_MAX && holes > i / 2) return true;
  }
  return holes > length / 2;
}

function isName(key: string): boolean {
  return arrayIndex(key) < 0;
}
