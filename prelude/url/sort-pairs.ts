/**
 * URL: the sorting of URLSearchParams. https://url.spec.whatwg.org/#dom-urlsearchparams-sort
 *
 * A merge sort of our own: Array.prototype.sort would read the lists' constructor and holes of a guest's making.
 */
import { newList } from "../core/primordials.ts";

/** Sorts both lists, stably, by the code units of the names. */
export function sortPairs(names: string[], values: string[]): void {
  const count = names.length;
  let order = newList<number>();
  for (let index = 0; index < count; index++) order[index] = index;
  for (let width = 1; width < count; width *= 2) order = mergeRuns(order, names, width);
  const oldNames = copy(names);
  const oldValues = copy(values);
  for (let index = 0; index < count; index++) {
    names[index] = oldNames[order[index]!]!;
    values[index] = oldValues[order[index]!]!;
  }
}

/** Merges neighbouring sorted runs of `width` elements. */
function mergeRuns(order: readonly number[], names: readonly string[], width: number): number[] {
  const merged = newList<number>();
  for (let start = 0; start < order.length; start += 2 * width) {
    const middle = least(start + width, order.length);
    const end = least(start + 2 * width, order.length);
    let left = start;
    let right = middle;
    while (left < middle || right < end) {
      const takeLeft = right >= end || (left < middle && names[order[left]!]! <= names[order[right]!]!);
      merged[merged.length] = takeLeft ? order[left++]! : order[right++]!;
    }
  }
  return merged;
}

function least(first: number, second: number): number {
  return first < second ? first : second;
}

function copy(list: readonly string[]): string[] {
  const result = newList<string>();
  for (let index = 0; index < list.length; index++) result[index] = list[index]!;
  return result;
}
