/** A place in a text: line and column from 1. */
export interface Place {
  /** Of another file; undefined: of the same. */
  readonly file?: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Finds where something was before it was moved. @returns undefined if it is not known */
export type Locate = (line: number, column: number) => Place | undefined;

/** Where lines begin, for places and offsets in a text. */
export class Lines {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  /** @returns the offset of a place; undefined: it is not in the text */
  offsetOf(line: number, column: number): number | undefined {
    const start = this.#starts[line - 1];
    return start === undefined ? undefined : Math.min(start + column - 1, this.#length);
  }

  placeOf(offset: number): Place {
    const line = lastAtMost(this.#starts, offset);
    return { line: line + 1, column: offset - this.#starts[line]! + 1 };
  }
}

/** @returns the index of the last of ascending numbers that is at most so much; -1: none is */
export function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
