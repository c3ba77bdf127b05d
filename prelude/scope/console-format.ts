/** Console: what is printed of one call. https://console.spec.whatwg.org/#formatter */
import {
  NumberParseFloat,
  NumberParseInt,
  StringPrototypeCharAt,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
} from "../core/primordials.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { showTable } from "./console-table.ts";
import { readData } from "./inspect-class.ts";
import { showBigInt, showNumber } from "./inspect-text.ts";
import { Inspection, textMax } from "./inspect.ts";

/** Levels below a printed object. */
const depthMax = 2;
/** And below one that console.dir is told to show all of: each takes some of the guest's stack. */
const levelsMax = 32;

function inspect(value: unknown, depth = depthMax): string {
  return cut(new Inspection(depth).show(value, 0));
}

function cut(text: string): string {
  return text.length <= textMax ? text : `${StringPrototypeSlice(text, 0, textMax - 3)}...`;
}

/** The number at a text's beginning: parseInt(text, 10), or parseFloat(text). */
function toNumber(value: unknown, parse: (text: string) => number): string {
  switch (typeof value) {
    case "number":
    case "string":
    case "boolean":
      return showNumber(parse(`${value}`));
    case "bigint":
      return showBigInt(value);
    default:
      return "NaN";
  }
}

const parseInteger = (text: string): number => NumberParseInt(text, 10);

/** What a specifier makes of its argument; undefined: it is none. */
function substitute(specifier: string, value: unknown): string | undefined {
  switch (specifier) {
    case "s":
      return typeof value === "string" ? value : typeof value === "bigint" ? showBigInt(value) : inspect(value, 0);
    case "d":
    case "i":
      return toNumber(value, parseInteger);
    case "f":
      return toNumber(value, NumberParseFloat);
    case "o":
      return inspect(value, 4);
    case "O":
      return inspect(value);
    case "c":
      return "";
    default:
      return undefined;
  }
}

/** https://console.spec.whatwg.org/#formatter, then the printer's joining of what it leaves. */
function format(args: readonly unknown[]): string {
  let next = 0;
  let text = "";
  if (args.length > 0 && typeof args[0] === "string") {
    const pattern = args[0];
    next = 1;
    let start = 0;
    for (;;) {
      const at = StringPrototypeIndexOf(pattern, "%", start);
      if (at < 0 || args.length === 1 || text.length > textMax) break;
      const specifier = StringPrototypeCharAt(pattern, at + 1);
      text += StringPrototypeSlice(pattern, start, at);
      start = at + 2;
      const value = specifier === "%" ? "%" : next < args.length ? substitute(specifier, args[next]) : undefined;
      text += value ?? `%${specifier}`;
      if (value !== undefined && specifier !== "%") next++;
    }
    text += StringPrototypeSlice(pattern, start);
  }
  for (; next < args.length && text.length <= textMax; next++) {
    const value = args[next];
    if (next > 0) text += " ";
    text += typeof value === "string" ? value : inspect(value);
  }
  return cut(text);
}

/** As node has it: null for all there are. A getter of the guest's is not asked. */
function depthOf(options: unknown): number {
  if (typeof options !== "object" || options === null) return depthMax;
  const depth: unknown = readData(options, "depth");
  if (depth === null) return levelsMax;
  return typeof depth === "number" && depth >= 0 ? (depth < levelsMax ? depth : levelsMax) : depthMax;
}

publishInternal("console formatter", {
  format,
  inspect: (value: unknown, options: unknown) => inspect(value, depthOf(options)),
  table: (data: unknown, properties: unknown) => {
    const text = showTable(data, properties);
    return text === undefined ? format([data]) : cut(text);
  },
});
