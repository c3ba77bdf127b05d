/**
 * Where code was before Bun's transpiler moved it, which makes no source maps. What it keeps it keeps in order: so words of both
 * texts are matched, first those that are in each text once, then, between these, as many as can be in their order.
 */
import { lastAtMost, Lines } from "./place.ts";
import type { Locate } from "./place.ts";

/** Words with where they begin. */
interface Words {
  readonly texts: readonly string[];
  readonly offsets: readonly number[];
}

/** A range of words, ends excluded. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Of a comparison of words between two that are matched; larger gaps are left as they are. */
const CELLS_MAX = 250_000;
/** Of all of them. */
const ALL_CELLS_MAX = 10_000_000;

/**
 * @returns pairs of offsets at which both texts have the same: in the original, in the transpiled text, in the latter's order
 */
export function alignedOffsets(original: string, transpiled: string): [original: number, transpiled: number][] {
  const from = wordsOf(original);
  const to = wordsOf(transpiled);
  const pairs: [number, number][] = [];
  matchWords(from, to).forEach((word, index) => {
    if (word !== -1) pairs.push([from.offsets[word]!, to.offsets[index]!]);
  });
  return pairs;
}

/** @returns where a place of the transpiled text was in the original */
export function align(original: string, transpiled: string): Locate {
  const from = wordsOf(original);
  const to = wordsOf(transpiled);
  const originals = matchWords(from, to);
  const lines = new Lines(original);
  const transpiledLines = new Lines(transpiled);
  return (line, column) => {
    const offset = transpiledLines.offsetOf(line, column);
    if (offset === undefined) return undefined;
    let word = lastAtMost(to.offsets, offset);
    while (word >= 0 && originals[word] === -1) word--;
    if (word < 0) return undefined;
    const length = to.texts[word]!.length;
    const within = Math.min(offset - to.offsets[word]!, length);
    return lines.placeOf(from.offsets[originals[word]!]! + within);
  };
}

function wordsOf(text: string): Words {
  const texts: string[] = [];
  const offsets: number[] = [];
  for (const { 0: word, index } of text.matchAll(/[\w$\u0080-\uffff]+/g)) {
    texts.push(word);
    offsets.push(index);
  }
  return { texts, offsets };
}

/** @returns for each word of the second text that of the first, or -1 */
function matchWords(from: Words, to: Words): Int32Array {
  const matched = new Int32Array(to.texts.length).fill(-1);
  let cellsLeft = ALL_CELLS_MAX;
  let [a, b] = [0, 0];
  const fill = (endA: number, endB: number): void => {
    const cells = (endA - a) * (endB - b);
    if (cells > CELLS_MAX || cells > cellsLeft) return;
    cellsLeft -= cells;
    matchBetween(from.texts, to.texts, { from: a, to: endA }, { from: b, to: endB }, matched);
  };
  for (const [first, second] of anchors(from.texts, to.texts)) {
    fill(first, second);
    matched[second] = first;
    [a, b] = [first + 1, second + 1];
  }
  fill(from.texts.length, to.texts.length);
  return matched;
}

/** Words that are in each text once, as many as are in the same order. */
function anchors(first: readonly string[], second: readonly string[]): [number, number][] {
  const places = onceIn(first);
  const pairs: [number, number][] = [];
  for (const [word, at] of onceIn(second)) {
    const place = places.get(word);
    if (place !== undefined && place >= 0 && at >= 0) pairs.push([place, at]);
  }
  pairs.sort(([, left], [, right]) => left - right);
  return increasing(pairs);
}

/** Where words are that are there once; -1 for the others. */
function onceIn(words: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  words.forEach((word, at) => places.set(word, places.has(word) ? -1 : at));
  return places;
}

/** The longest part whose first numbers increase, as the second do. */
function increasing(pairs: readonly [number, number][]): [number, number][] {
  const ends: number[] = [];
  const lowest: number[] = [];
  const before: number[] = [];
  pairs.forEach(([place], index) => {
    const length = lastAtMost(lowest, place) + 1;
    before.push(length > 0 ? ends[length - 1]! : -1);
    ends[length] = index;
    lowest[length] = place;
  });
  const longest: [number, number][] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]!) longest.push(pairs[index]!);
  return longest.reverse();
}

/** The longest common subsequence of two ranges. */
function matchBetween(
  first: readonly string[],
  second: readonly string[],
  a: Range,
  b: Range,
  matched: Int32Array,
): void {
  const [rows, columns] = [a.to - a.from, b.to - b.from];
  if (rows === 0 || columns === 0) return;
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const same = first[a.from + row] === second[b.from + column];
      lengths[row * width + column] = same
        ? lengths[(row + 1) * width + column + 1]! + 1
        : Math.max(lengths[(row + 1) * width + column]!, lengths[row * width + column + 1]!);
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (first[a.from + row] === second[b.from + column]) matched[b.from + column++] = a.from + row++;
    else if (lengths[(row + 1) * width + column]! >= lengths[row * width + column + 1]!) row++;
    else column++;
  }
}
