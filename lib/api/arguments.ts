/** Checks of what callers hand in, for callers without types. Each throws ArgumentError if not said otherwise. */
import { ArgumentError, OptionError } from "../contract/errors.ts";
import { systemEvents } from "../contract/events.ts";
import { guestGlobals } from "../contract/guest-globals.ts";
import { NO_IDENTIFIER, isIdentifier } from "../contract/identifiers.ts";
import { checkCallNames, checkOptionNames } from "../contract/option-names.ts";
import type { CallWithOptions } from "../contract/option-names.ts";
import { checkBoolean, checkOneOf, checkSignal, checkText } from "../contract/option-values.ts";
import { scriptLanguages } from "../contract/options.ts";
import type { EvaluateOptions, ScriptOptions } from "../contract/options.ts";
import { checkNumber, scriptRanges } from "../contract/ranges.ts";
import { EXPOSED_CALL, reservedMethods } from "../contract/reserved-names.ts";
import { show } from "../contract/show.ts";
import { mapText } from "../modules/map-text.ts";

export function checkString(value: unknown, doing: string, what: string): void {
  if (typeof value !== "string") throw new ArgumentError(`${doing}: ${what} must be a string, but is ${show(value)}.`);
}

/** A method that hosts and guests may give a meaning to. */
export function checkMethod(method: unknown, doing: string): void {
  checkString(method, doing, "the method");
  if (!reservedMethods.has(method)) return;
  throw reserved(method, doing);
}

/** The same where the host is to answer it. */
export function checkHandledMethod(method: unknown, doing: string): void {
  checkMethod(method, doing);
  if ((method as string).startsWith(EXPOSED_CALL)) throw reserved(method, doing);
}

function reserved(method: unknown, doing: string): ArgumentError {
  return new ArgumentError(
    `${doing}: the method ${show(method)} is reserved for the guest's fetch, or for what is exposed to it. ` +
      'Handle "fetch", or take another name.',
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
  checkText("filename", filename, doing);
  checkSignal("signal", signal, doing);
}

/** What a script is written in, if that is said. @throws OptionError */
export function checkScriptOptions(options: ScriptOptions, doing: string): void {
  const { language, sourceMap, lineOffset, columnOffset, functionBody } = options;
  checkOneOf("language", language, scriptLanguages, doing);
  if (sourceMap !== undefined && mapText(sourceMap) === undefined) {
    throw new OptionError(
      "sourceMap",
      `${doing}: sourceMap must be JSON, or an object that can be, but is ${show(sourceMap)}.`,
    );
  }
  if (sourceMap !== undefined && language !== undefined && language !== "js") {
    throw new OptionError(
      "sourceMap",
      `${doing}: sourceMap is one of JavaScript, but the language is ${show(language)}.`,
    );
  }
  checkNumber("lineOffset", lineOffset, scriptRanges.lineOffset, doing);
  checkNumber("columnOffset", columnOffset, scriptRanges.columnOffset, doing);
  checkBoolean("functionBody", functionBody, doing);
}

/** Time that goes on, in milliseconds. */
export function checkAdvance(milliseconds: unknown, isHosted: boolean): void {
  if (!isHosted) {
    throw new ArgumentError("advanceClock(): the isolate's clock is the system's: make it with clock: { now }.");
  }
  if (typeof milliseconds === "number" && milliseconds >= 0 && milliseconds <= ADVANCE_MS_MAX) return;
  throw new ArgumentError(
    `advanceClock(): it must be 0 to ${ADVANCE_MS_MAX} milliseconds, but is ${show(milliseconds)}.`,
  );
}

/** As far as a Date goes. */
const ADVANCE_MS_MAX = 8.64e15;

/** What guests are given to call, and the name of it. */
export function checkExposed(name: unknown, api: unknown): void {
  checkString(name, "expose()", "the name");
  const what = `expose(): the name ${show(name)}`;
  if (!isIdentifier(name as string)) throw new ArgumentError(`${what} ${NO_IDENTIFIER}.`);
  if (guestGlobals.has(name))
    throw new ArgumentError(`${what} is that of a global that guests have. Take another name.`);
  if (typeof api !== "object" || api === null) {
    throw new ArgumentError(`expose(${show(name)}): it must be an object with functions, but is ${show(api)}.`);
  }
}

/**
 * Names to bind in a script, with their values.
 * @returns a copy, which no getter changes any more; undefined if there are none
 * @throws OptionError
 */
export function checkArgs(args: unknown, doing: string): object | undefined {
  if (args === undefined) return undefined;
  if (typeof args !== "object" || args === null || Symbol.iterator in args) {
    throw new OptionError("args", `${doing}: args must be an object of names and values, but is ${show(args)}.`);
  }
  const names = Object.keys(args);
  for (const name of names) {
    if (!isIdentifier(name)) throw new OptionError("args", `${doing}: args: ${show(name)} ${NO_IDENTIFIER}.`);
  }
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, (args as Record<string, unknown>)[name]]));
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
