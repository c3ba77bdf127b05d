/** Calls of a guest's console. */
import { decodeHead } from "../codec/index.ts";
import type { Encoding } from "../codec/index.ts";
import type { ConsoleEvent } from "../contract/events.ts";
import { toConsoleLevel } from "../contract/events.ts";

/**
 * @param data - `{ text, args }` of the engine
 * @returns one call; what the guest's platform did not say is not there
 */
export function toConsoleEvent(level: unknown, data: unknown): ConsoleEvent {
  const { text, args } = isEntry(data) ? data : { text: undefined, args: data };
  return {
    level: toConsoleLevel(level),
    args: Array.isArray(args) ? args : [args],
    ...(typeof text === "string" && { text }),
  } as ConsoleEvent;
}

/**
 * A call whose arguments the host cannot hold: what a console would print of them is all there is.
 *
 * @throws DecodeError if not even that can be read
 */
export function toTextOnly(encoding: Encoding, bytes: Uint8Array, start: number, end: number): ConsoleEvent {
  const [level, text] = decodeHead(encoding, bytes, start, end, "text");
  return { level: toConsoleLevel(level), args: [], text };
}

function isEntry(data: unknown): data is { text?: unknown; args?: unknown } {
  return typeof data === "object" && data !== null && Object.hasOwn(data, "args");
}
