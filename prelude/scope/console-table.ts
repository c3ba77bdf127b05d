/**
 * Console: tables, as node prints them. https://console.spec.whatwg.org/#table
 *
 * As in inspect.ts no code of the guest's runs for it, and no part of it is without a bound.
 */
import { Op } from "../core/engine.ts";
import {
  JSONParse,
  MathFloor,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  StringPrototypeCharAt,
  StringPrototypeNormalize,
  StringPrototypeSlice,
  TypedArrayBrand,
  TypedArrayLength,
  isArray,
  isObject,
  newList,
} from "../core/primordials.ts";
import { more, showGetter } from "./inspect-text.ts";
import { nextIndex } from "./inspect-parts.ts";
import { Inspection, textMax } from "./inspect.ts";
import { Preview, namesOf, previewOf } from "./preview.ts";

const rowsMax = 1000;
const columnsMax = 100;
/** UTF-16 code units of a row's or a column's name. */
const nameMax = 10_000;
/** Elements of a list in a cell. */
const itemsMax = 3;
/** Members of an object in a cell; of one with more only its class is shown. */
const membersMax = 2;

const indexHead = "(index)";
const iterationHead = "(iteration index)";
const keyHead = "Key";
const valuesHead = "Values";

/** Lines across and down, then the three ends of each border. As JSON, since the prelude's text is ASCII. */
const drawings = JSONParse('"\\u2500\\u2502\\u250c\\u252c\\u2510\\u251c\\u253c\\u2524\\u2514\\u2534\\u2518"') as string;

function drawn(index: number): string {
  return StringPrototypeCharAt(drawings, index);
}

/** Texts from top to bottom; a row that it has none for is empty there. */
type Column = string[];

/** A proxy's target, as the engine knows it. */
function behindProxies(value: object): object | null {
  let object: object | null = value;
  while (object !== null) {
    const preview = previewOf(object);
    if (preview[0] !== Preview.Proxy) return object;
    object = preview[2] as object | null;
  }
  return object;
}

/** Names of own enumerable properties. */
interface Keys {
  readonly names: readonly string[];
  /** How many are left out, about. */
  readonly left: number;
}

function isListLike(object: object): boolean {
  return isArray(object) || TypedArrayBrand(object) !== undefined;
}

function keysOf(object: object, max: number): Keys {
  const names = newList<string>();
  let left = 0;
  const add = (key: string | symbol): void => {
    if (typeof key !== "string" || ReflectGetOwnPropertyDescriptor(object, key)?.enumerable !== true) return;
    if (names.length < max) names[names.length] = key;
    else left++;
  };
  const addAll = (keys: readonly (string | symbol)[]): void => {
    for (let index = 0; index < keys.length; index++) add(keys[index]!);
  };
  if (!isListLike(object)) {
    addAll(ReflectOwnKeys(object));
    return { names, left };
  }
  // Of millions of elements the keys would take more than they do.
  const length = isArray(object) ? object.length : TypedArrayLength(object);
  let index = 0;
  for (; index < length && names.length < max; index = nextIndex(object, index, length)) add(`${index}`);
  left += length > index ? length - index : 0;
  addAll(namesOf(object));
  return { names, left };
}

/** Members of an object, as node counts them. */
function hasMany(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const object = behindProxies(value);
  return object !== null && !isListLike(object) && keysOf(object, membersMax + 1).names.length > membersMax;
}

/** The names in the second argument, which says what columns there are. */
function columnsIn(properties: unknown): readonly string[] | undefined {
  if (!isObject(properties) || !isArray(properties)) return undefined;
  const names = newList<string>();
  for (let index = 0; index < properties.length && index < columnsMax; index++) {
    const name: unknown = ReflectGetOwnPropertyDescriptor(properties, `${index}`)?.value;
    if (typeof name === "string" || typeof name === "number") names[names.length] = `${name}`;
  }
  return names;
}

class Table {
  readonly #heads = newList<string>();
  readonly #columns = newList<Column>();
  #left = textMax;
  #rows = 0;
  #rowsLeft = 0;
  #columnsLeft = 0;

  #add(head: string, column: Column = newList<string>()): Column {
    this.#heads[this.#heads.length] = head;
    this.#columns[this.#columns.length] = column;
    return column;
  }

  /** A row's or a column's. */
  #name(name: string): string {
    const left = name.length - nameMax;
    const text = left <= 0 ? name : `${StringPrototypeSlice(name, 0, nameMax)}${more(left, "character")}`;
    this.#left -= text.length;
    return text;
  }

  #cell(value: unknown): string {
    if (this.#left <= 0) return "...";
    const text = new Inspection(hasMany(value) ? -1 : 0, itemsMax, textMax).show(value, 0);
    this.#left -= text.length;
    return text;
  }

  get #isFull(): boolean {
    return this.#rows >= rowsMax || this.#left <= 0;
  }

  /** Of a Map or a Set: what is in it, keys and values in turn if there are keys. */
  iterate(items: readonly unknown[], hasKeys: boolean): void {
    const indexes = this.#add(iterationHead);
    const keys = hasKeys ? this.#add(keyHead) : undefined;
    const values = this.#add(valuesHead);
    const size = hasKeys ? items.length / 2 : items.length;
    for (; this.#rows < size && !this.#isFull; this.#rows++) {
      const row = this.#rows;
      indexes[row] = `${row}`;
      if (keys !== undefined) keys[row] = this.#cell(items[2 * row]);
      values[row] = this.#cell(items[hasKeys ? 2 * row + 1 : row]);
    }
    this.#rowsLeft = size - this.#rows;
  }

  /** Of anything else: its properties, and theirs. */
  list(object: object, wanted: readonly string[] | undefined): void {
    const { names, left } = keysOf(object, rowsMax);
    const indexes = this.#add(indexHead);
    // In the order that the language has properties in: numbers first.
    const columns = { __proto__: null } as unknown as Record<string, Column>;
    const values = newList<string>();
    let count = 0;
    for (; this.#rows < names.length && !this.#isFull; this.#rows++) {
      const row = this.#rows;
      indexes[row] = this.#name(names[row]!);
      const item = ReflectGetOwnPropertyDescriptor(object, names[row]!)!;
      const holder = isObject(item.value) ? behindProxies(item.value) : null;
      if (holder === null && wanted === undefined) {
        values[row] = this.#value(item);
        continue;
      }
      const keys = wanted === undefined ? keysOf(holder!, columnsMax) : { names: wanted, left: 0 };
      if (keys.left > this.#columnsLeft) this.#columnsLeft = keys.left;
      for (let index = 0; index < keys.names.length; index++) {
        const key = keys.names[index]!;
        if (columns[key] === undefined) {
          if (count === columnsMax) {
            this.#columnsLeft ||= 1;
            continue;
          }
          count++;
          columns[key] = newList<string>();
        }
        const member = holder === null ? undefined : ReflectGetOwnPropertyDescriptor(holder, key);
        columns[key][row] = member === undefined ? "" : this.#value(member);
      }
    }
    this.#rowsLeft = left + names.length - this.#rows;
    const heads = ReflectOwnKeys(columns) as string[];
    for (let index = 0; index < heads.length; index++) this.#add(this.#name(heads[index]!), columns[heads[index]!]!);
    if (values.length > 0) this.#add(valuesHead, values);
  }

  #value(descriptor: PropertyDescriptor): string {
    return "value" in descriptor ? this.#cell(descriptor.value) : showGetter(descriptor);
  }

  /** What is shown, and a line of what is not. */
  text(): string {
    const widths = newList<number>();
    let length = 2;
    for (let index = 0; index < this.#heads.length; index++) {
      widths[index] = this.#width(index);
      length += widths[index]! + 3;
    }
    // What is padded is printed too.
    const room = MathFloor(textMax / length) - 4;
    const rows = room < this.#rows ? (room > 1 ? room : 1) : this.#rows;
    const left = this.#rowsLeft + this.#rows - rows;
    let text = `${border(widths, 2)}\n${this.#line(widths, undefined)}\n${border(widths, 5)}\n`;
    for (let row = 0; row < rows; row++) text += `${this.#line(widths, row)}\n`;
    text += border(widths, 8);
    if (left > 0) text += `\n${more(left, "row")}`;
    if (this.#columnsLeft > 0) text += "\n... more columns";
    return text;
  }

  #width(index: number): number {
    const column = this.#columns[index]!;
    let width = widthOf(this.#heads[index]!);
    for (let row = 0; row < this.#rows; row++) {
      const cell = widthOf(column[row] ?? "");
      if (cell > width) width = cell;
    }
    return width;
  }

  /** @param row - undefined: the heads */
  #line(widths: readonly number[], row: number | undefined): string {
    const edge = drawn(1);
    let line = edge;
    for (let index = 0; index < widths.length; index++) {
      const cell = row === undefined ? this.#heads[index]! : (this.#columns[index]![row] ?? "");
      line += ` ${cell}${repeat(" ", widths[index]! - widthOf(cell))} ${edge}`;
    }
    return line;
  }
}

function widthOf(text: string): number {
  return op(Op.TextWidth, StringPrototypeNormalize(text));
}

/** @param char - one UTF-16 code unit */
function repeat(char: string, count: number): string {
  let text = char;
  while (text.length < count) text += text;
  return StringPrototypeSlice(text, 0, count);
}

/** @param from - of three drawings: on the left, between columns, on the right */
function border(widths: readonly number[], from: number): string {
  let line = drawn(from);
  for (let index = 0; index < widths.length; index++) {
    line += repeat(drawn(0), widths[index]! + 2) + drawn(from + (index < widths.length - 1 ? 1 : 2));
  }
  return line;
}

/** @returns undefined for what has no parts */
export function showTable(data: unknown, properties: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const object = behindProxies(data);
  if (object === null) return undefined;
  const preview = previewOf(object);
  const table = new Table();
  if (preview[0] === Preview.Map) table.iterate(preview[2] as unknown[], true);
  else if (preview[0] === Preview.Set) table.iterate(preview[2] as unknown[], false);
  else if (preview[0] === Preview.Iterator) {
    // Node takes what a Set's would give for its values.
    const hasKeys = preview[3] === true && StringPrototypeSlice(preview[1], 0, 3) === "Map";
    table.iterate((preview[2] as unknown[] | undefined) ?? [], hasKeys);
  } else table.list(object, columnsIn(properties));
  return table.text();
}
