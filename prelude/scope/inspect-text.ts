/** Console: primitives and keys as node's util.inspect writes them. No web specification. */
import {
  NumberToString,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeToUpperCase,
  SymbolToString,
} from "../core/primordials.ts";
import { lineMax } from "./inspect-layout.ts";

const stringMax = 10_000;
/** What is shorter is not shown line by line. */
const splitMin = 16;

export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isIdentifier(text: string): boolean {
  if (text === "") return false;
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    const isLetter = (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95;
    if (!isLetter && !(index > 0 && isDigit(unit))) return false;
  }
  return true;
}

/** A code unit that would not show as itself; undefined: it does. */
function escaped(text: string, index: number): string | undefined {
  const unit = StringPrototypeCharCodeAt(text, index);
  switch (unit) {
    case 8:
      return "\\b";
    case 9:
      return "\\t";
    case 10:
      return "\\n";
    case 12:
      return "\\f";
    case 13:
      return "\\r";
    case 92:
      return "\\\\";
  }
  if (unit < 32 || (unit >= 127 && unit <= 159)) {
    return `\\x${unit < 16 ? "0" : ""}${StringPrototypeToUpperCase(NumberToString(unit, 16))}`;
  }
  return isSurrogate(unit) && isLone(text, index, unit) ? `\\u${NumberToString(unit, 16)}` : undefined;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function isLone(text: string, index: number, unit: number): boolean {
  const isHigh = unit < 0xdc00;
  const at = isHigh ? index + 1 : index - 1;
  const other = at < 0 || at >= text.length ? 0 : StringPrototypeCharCodeAt(text, at);
  return !isSurrogate(other) || other < 0xdc00 === isHigh;
}

function escape(text: string, mark: string): string {
  let result = "";
  for (let index = 0; index < text.length; index++) {
    const char = StringPrototypeCharAt(text, index);
    result += char === mark ? `\\${char}` : (escaped(text, index) ?? char);
  }
  return result;
}

/** In quotes of a kind that the text has not, if it can be. */
function quote(text: string): string {
  let mark = "'";
  if (StringPrototypeIndexOf(text, "'") >= 0) {
    if (StringPrototypeIndexOf(text, '"') < 0) mark = '"';
    else if (StringPrototypeIndexOf(text, "`") < 0 && StringPrototypeIndexOf(text, "${") < 0) mark = "`";
  }
  return mark + escape(text, mark) + mark;
}

/** @param at - the column that its line begins at: what is too long for it, and has lines of its own, is shown by lines */
function showString(text: string, at: number): string {
  const left = text.length - stringMax;
  if (left > 0) {
    return `${showString(StringPrototypeSlice(text, 0, stringMax), at)}... ${left} more character${left === 1 ? "" : "s"}`;
  }
  if (text.length <= splitMin || text.length <= lineMax - at - 4) return quote(text);
  let result = "";
  for (let start = 0; start < text.length;) {
    const end = StringPrototypeIndexOf(text, "\n", start) + 1;
    const line = end === 0 ? StringPrototypeSlice(text, start) : StringPrototypeSlice(text, start, end);
    result += `${start === 0 ? "" : " +\n  "}${quote(line)}`;
    start += line.length;
  }
  return result;
}

export function showNumber(value: number): string {
  return value === 0 && 1 / value < 0 ? "-0" : `${value}`;
}

/** Of more than 10,000 digits: to write one of megabytes takes seconds, and tens of megabytes. */
const bigIntEnd = 1n << 33_216n;

export function showBigInt(value: bigint): string {
  return value < bigIntEnd && -bigIntEnd < value ? `${value}n` : "<a very large BigInt>";
}

export function showPrimitive(value: unknown, at: number): string {
  switch (typeof value) {
    case "string":
      return showString(value, at);
    case "number":
      return showNumber(value);
    case "bigint":
      return showBigInt(value);
    case "symbol":
      return SymbolToString(value);
    default:
      return `${value as undefined}`;
  }
}

/** @param isHidden - not enumerable */
export function showKey(key: string | symbol, isHidden: boolean): string {
  if (typeof key === "symbol") return `[${escape(SymbolToString(key), "")}]`;
  if (isHidden) return `[${escape(key, "")}]`;
  if (key === "__proto__") return "['__proto__']";
  return isIdentifier(key) ? key : quote(key);
}

/** Of an accessor. */
export function showGetter(descriptor: PropertyDescriptor): string {
  if (descriptor.get === undefined) return "[Setter]";
  return descriptor.set === undefined ? "[Getter]" : "[Getter/Setter]";
}

export function more(count: number, what = "item"): string {
  return `... ${count} more ${what}${count === 1 ? "" : "s"}`;
}
