/**
 * Console: where the lines of what is shown end, as node's util.inspect has it with `compact: 3`: up to three levels are on
 * one line if that is not too long, and the short elements of long lists are in columns. No web specification.
 */
import { MathFloor, StringPrototypeIndexOf, StringPrototypeSlice, newList } from "../core/primordials.ts";

export const lineMax = 80;
/** Levels on one line. */
const levelsMax = 3;
/** Lists of more are in columns. */
const inlineMax = 6;
const columnsMax = 12;
/** About, of a character: how often its width its height is. */
const charHeight = 2.5;

/** What is to be laid out. */
export interface Parts {
  readonly parts: readonly string[];
  /** What comes before the brace on its line: the text of a function, an error with its stack. */
  readonly base: string;
  /** The brace, and the name before it. */
  readonly open: string;
  readonly close: string;
  /** Levels below. */
  readonly levels: number;
  /** The column that its line begins at. */
  readonly at: number;
}

export function layOut({ parts, base, open, close, levels, at }: Parts, isGrouped: boolean): string {
  const before = base === "" ? open : `${base} ${open}`;
  if (parts.length === 0) return before + close;
  if (!isGrouped && levels < levelsMax && fits(parts, parts.length + at + open.length + base.length + 10, base)) {
    return `${before} ${join(parts, ", ")} ${close}`;
  }
  return `${before}\n  ${indent(join(parts, ",\n"))}\n${close}`;
}

function fits(parts: readonly string[], start: number, base: string): boolean {
  let length = parts.length + start;
  for (let index = 0; index < parts.length; index++) {
    length += parts[index]!.length;
    if (length > lineMax || StringPrototypeIndexOf(parts[index]!, "\n") >= 0) return false;
  }
  return StringPrototypeIndexOf(base, "\n") < 0;
}

function join(parts: readonly string[], separator: string): string {
  let text = "";
  for (let index = 0; index < parts.length; index++) text += index === 0 ? parts[index]! : separator + parts[index]!;
  return text;
}

/** The lines after the first, two columns further to the right. */
export function indent(text: string): string {
  let result = "";
  for (let start = 0; ;) {
    const end = StringPrototypeIndexOf(text, "\n", start);
    if (end < 0) return result + StringPrototypeSlice(text, start);
    result += `${StringPrototypeSlice(text, start, end + 1)}  `;
    start = end + 1;
  }
}

/**
 * The elements of a list as lines of columns.
 *
 * @param isCut - the last part says how many are left out
 * @param isNumeric - all are numbers, which are aligned to the right
 * @returns undefined if they are better as they are
 */
export function group(parts: readonly string[], isCut: boolean, isNumeric: boolean, at: number): string[] | undefined {
  if (parts.length <= inlineMax) return undefined;
  const count = isCut ? parts.length - 1 : parts.length;
  let total = 0;
  let longest = 0;
  for (let index = 0; index < count; index++) {
    const { length } = parts[index]!;
    total += length + 2;
    if (length > longest) longest = length;
  }
  const widest = longest + 2;
  if (widest * 3 + at >= lineMax || (total / widest <= 5 && longest > inlineMax)) return undefined;
  const biased = atLeast(longest - 1 - (widest - total / parts.length) ** 0.5, 1);
  const square = MathFloor((charHeight * biased * count) ** 0.5 / biased + 0.5);
  const columns = atMost(atMost(square, MathFloor((lineMax - at) / widest)), columnsMax);
  if (columns <= 1) return undefined;
  const widths = newList<number>();
  for (let column = 0; column < columns; column++) widths[column] = widthOf(parts, count, column, columns);
  const lines = newList<string>();
  for (let start = 0; start < count; start += columns) {
    const end = atMost(start + columns, count);
    let line = "";
    for (let index = start; index < end; index++) {
      const isLast = index === end - 1;
      const text = isLast ? parts[index]! : `${parts[index]!}, `;
      const width = widths[index - start]! + (isLast ? 0 : 2);
      line += isNumeric ? pad(width - text.length) + text : isLast ? text : text + pad(width - text.length);
    }
    lines[lines.length] = line;
  }
  if (isCut) lines[lines.length] = parts[count]!;
  return lines;
}

function widthOf(parts: readonly string[], count: number, column: number, columns: number): number {
  let width = 0;
  for (let index = column; index < count; index += columns) width = atLeast(width, parts[index]!.length);
  return width;
}

function pad(count: number): string {
  let text = "";
  for (let index = 0; index < count; index++) text += " ";
  return text;
}

function atLeast(value: number, least: number): number {
  return value < least ? least : value;
}

function atMost(value: number, most: number): number {
  return value > most ? most : value;
}
