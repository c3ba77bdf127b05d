/** Text for a terminal and for pipes. */
import { inspect } from "node:util";

/** Controls that would move a terminal's cursor, colour what comes after, or type for its user. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A guest's text, as a terminal may have it; a pipe gets it as it is. */
export function shown(text: string, stream: { readonly isTTY?: boolean | undefined }): string {
  if (!stream.isTTY) return text;
  return text.replace(CONTROLS, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** A guest's value: texts as they are, everything else as a console shows it. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : inspect(value, { depth: 8, maxArrayLength: 1000 });
}

/** A line of a guest's, on one of our streams. */
export function printLine(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${shown(text, stream)}\n`);
}

/** Everything as JSON has it: what JSON has no word for is the nearest that it has. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => jsonable(member), 2);
}

function jsonable(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  // Of bytes a list, not an object with a name for each.
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return [...(value as unknown as Iterable<unknown>)];
  return value;
}

/** Waits until all of it has gone out: what ends the process would cut it off. */
export async function flushed(...streams: readonly NodeJS.WriteStream[]): Promise<void> {
  await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))));
}
