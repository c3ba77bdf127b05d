/** Checks of what callers hand in, for callers without types. Each throws ArgumentError if not said otherwise. */
import { ArgumentError } from "../contract/errors.ts";
import { systemEvents } from "../contract/events.ts";
import { checkCallNames, checkOptionNames } from "../contract/option-names.ts";
import type { CallWithOptions } from "../contract/option-names.ts";
import type { EvaluateOptions } from "../contract/options.ts";
import { reservedMethods } from "../contract/reserved-names.ts";
import { show } from "../contract/show.ts";

export function checkString(value: unknown, doing: string, what: string): void {
  if (typeof value !== "string") throw new ArgumentError(`${doing}: ${what} must be a string, but is ${show(value)}.`);
}

/** A method that hosts and guests may give a meaning to. */
export function checkMethod(method: unknown, doing: string): void {
  checkString(method, doing, "the method");
  if (!reservedMethods.has(method)) return;
  throw new ArgumentError(
    `${doing}: the method ${show(method)} is reserved for the guest's fetch. Handle "fetch", or take another name.`,
  );
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

/** The options of one call. @throws also OptionError */
export function checkOptions(options: unknown, doing: CallWithOptions): void {
  checkCallNames(options, doing);
  const { filename, signal } = options as EvaluateOptions;
  if (filename !== undefined) checkString(filename, doing, "the filename");
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ArgumentError(`${doing}: the signal must be an AbortSignal, but is ${show(signal)}.`);
  }
}

/**
 * What follows the last argument of a call without options. A plain object is meant as options; anything else is let
 * pass, as is the context of a handler that is itself such a call: `a.on("tick", b.send.bind(b, "tick"))`.
 * @throws OptionError
 */
export function checkNoOptions(extra: unknown, doing: string): void {
  if (typeof extra !== "object" || extra === null || "isolate" in extra) return;
  const prototype: unknown = Object.getPrototypeOf(extra);
  if (prototype === null || prototype === Object.prototype) checkOptionNames(extra, [], doing);
}
