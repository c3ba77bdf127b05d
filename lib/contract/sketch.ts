/** Values of guests for people to read. They may be of any size: what is looked at is bounded. */
import { inspect, types } from "node:util";

const LENGTH_MAX = 500;
const DEPTH_MAX = 4;
const ITEMS_MAX = 20;
const TEXT_MAX = 200;

/** The arguments of a call: `{ query: 'tea', limit: 3 }, 'x'`, at most 500 UTF-16 code units. */
export function sketchOf(args: readonly unknown[]): string {
  return cut(items(args, 0), LENGTH_MAX);
}

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function one(value: unknown, depth: number): string {
  if (typeof value === "string") return inspect(cut(value, TEXT_MAX));
  if (typeof value === "bigint") return value > -(2n ** 64n) && value < 2n ** 64n ? `${value}n` : "[bigint]";
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `[${cut(`${value.name}: ${value.message}`, TEXT_MAX)}]`;
  if (types.isDate(value)) return `Date(${value.getTime()})`;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`;
  if (Array.isArray(value)) return depth >= DEPTH_MAX ? `[${value.length} items]` : `[${items(value, depth + 1)}]`;
  return depth >= DEPTH_MAX ? "{…}" : properties(value, depth + 1);
}

/** By index: a few bytes can describe a list of 2^32 - 1 holes. */
function items(list: readonly unknown[], depth: number): string {
  const shown: string[] = [];
  for (let index = 0; index < list.length && index < ITEMS_MAX; index++) shown.push(one(list[index], depth));
  if (list.length > ITEMS_MAX) shown.push(`… ${list.length - ITEMS_MAX} more`);
  return shown.join(", ");
}

function properties(object: object, depth: number): string {
  const shown: string[] = [];
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    if (shown.length === ITEMS_MAX) {
      shown.push("…");
      break;
    }
    shown.push(`${cut(key, TEXT_MAX)}: ${one((object as Record<string, unknown>)[key], depth)}`);
  }
  return shown.length === 0 ? "{}" : `{ ${shown.join(", ")} }`;
}
