/** Checks of what callers hand in, for callers without types. Each throws ArgumentError. */
import { ArgumentError } from "../contract/errors.ts";
import { systemEvents } from "../contract/events.ts";
import type { CallOptions } from "../contract/options.ts";
import { show } from "../contract/options.ts";

export function checkString(value: unknown, doing: string, what: string): void {
  if (typeof value !== "string") throw new ArgumentError(`${doing}: ${what} must be a string, but is ${show(value)}.`);
}

export function checkHandler(name: unknown, handler: unknown, doing: string): void {
  checkString(name, doing, doing.endsWith("Request()") ? "the method" : "the event");
  if (typeof handler === "function") return;
  throw new ArgumentError(`${doing}: the handler of ${show(name)} must be a function, but is ${show(handler)}.`);
}

export function checkSystemHandler(type: unknown, handler: unknown, doing: string): void {
  if (!(systemEvents as readonly unknown[]).includes(type)) {
    throw new ArgumentError(`${doing}: there is no system event ${show(type)}. There are: ${systemEvents.join(", ")}.`);
  }
  checkHandler(type, handler, doing);
}

export function checkOptions(options: unknown, doing: string): asserts options is { filename?: unknown } {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError(`${doing}: the options must be an object, but are ${show(options)}.`);
  }
  const { filename } = options as { filename?: unknown };
  if (filename !== undefined) checkString(filename, doing, "the filename");
}

export function checkCallOptions(options: CallOptions, doing: string): void {
  checkOptions(options, doing);
  const { signal } = options as CallOptions;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ArgumentError(`${doing}: the signal must be an AbortSignal, but is ${show(signal)}.`);
  }
}
