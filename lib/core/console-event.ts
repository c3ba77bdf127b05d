/** Calls of a guest's console. */
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

function isEntry(data: unknown): data is { text?: unknown; args?: unknown } {
  return typeof data === "object" && data !== null && Object.hasOwn(data, "args");
}
