/** Places that texts and errors name, as the authors know them. */
import type { GuestError } from "../contract/errors.ts";
import type { Place } from "./place.ts";

/** Finds where a place of a file was; undefined: where it is. */
export type Find = (file: string, line: number, column: number) => Place | undefined;

/** Places in one text; what is behind them stays as it is. */
const PLACES_MAX = 200;
/** UTF-16 code units of a text, and of a line of it, in which places are looked for. */
const TEXT_LENGTH_MAX = 1024 * 1024;
const LINE_LENGTH_MAX = 4096;
/** Causes of causes, errors in errors. */
const DEPTH_MAX = 8;

/** @returns a stack, or what a console shows, with its places found */
export function mapText(text: string, find: Find): string {
  if (text.length > TEXT_LENGTH_MAX) return text;
  let placesLeft = PLACES_MAX;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    if (placesLeft <= 0 || line.length > LINE_LENGTH_MAX) return;
    let mapped = "";
    let end = 0;
    for (const { 0: position, 1: row, 2: column, index: at } of line.matchAll(/:(\d{1,9}):(\d{1,9})/g)) {
      if (placesLeft-- <= 0) break;
      const before = line.slice(end, at);
      const found = findBehind(before, Number(row), Number(column), find);
      if (!found) continue;
      const { file, place } = found;
      mapped += `${before.slice(0, -file.length)}${place.file ?? file}:${place.line}:${place.column}`;
      end = at + position.length;
    }
    if (end > 0) lines[index] = mapped + line.slice(end);
  });
  return lines.join("\n");
}

/** Where a file's name may begin: it may have spaces and brackets, too. */
const BEGINNINGS = /\(|at | |^/g;
const BEGINNINGS_MAX = 16;

/** Finds the place of the file that a text ends with. */
function findBehind(
  text: string,
  line: number,
  column: number,
  find: Find,
): { file: string; place: Place } | undefined {
  let left = BEGINNINGS_MAX;
  for (const { 0: beginning, index } of text.matchAll(BEGINNINGS)) {
    if (left-- === 0) return undefined;
    const file = text.slice(index + beginning.length);
    const place = file === "" ? undefined : find(file, line, column);
    if (place) return { file, place };
  }
  return undefined;
}

/** @returns the same error with its places found, and those of what it leads to */
export function mapError(error: GuestError, find: Find, depth = 0): GuestError {
  const { stack, filename, lineno, colno, cause, errors } = error;
  const place = filename !== undefined && lineno !== undefined ? find(filename, lineno, colno ?? 1) : undefined;
  return {
    ...error,
    ...(stack !== undefined && { stack: mapText(stack, find) }),
    ...(place && { filename: place.file ?? filename!, lineno: place.line, colno: place.column }),
    ...(cause !== undefined && { cause: mapRelated(cause, find, depth) }),
    ...(errors && { errors: errors.map((each) => mapRelated(each, find, depth)) }),
  };
}

/** What has a stack is an error, for all that is known. */
function mapRelated(value: unknown, find: Find, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth >= DEPTH_MAX) return value;
  const { stack } = value as { stack?: unknown };
  return typeof stack === "string" ? mapError(value as GuestError, find, depth + 1) : value;
}

/** The same for a value that the guest gave to its console: Errors keep what they are. */
export function mapValue(value: unknown, find: Find, depth = 0): void {
  if (!(value instanceof Error) || depth > DEPTH_MAX) return;
  const { stack } = value;
  if (typeof stack === "string")
    Object.defineProperty(value, "stack", { value: mapText(stack, find), configurable: true, writable: true });
  mapValue(value.cause, find, depth + 1);
  if (value instanceof AggregateError && Array.isArray(value.errors)) {
    for (const each of value.errors.slice(0, 32) as unknown[]) mapValue(each, find, depth + 1);
  }
}
