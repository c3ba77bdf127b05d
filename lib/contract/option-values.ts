/**
 * Options that are no numbers. Of each call's: what is of the wrong type is an OptionError where it is given, not whatever
 * comes of it where it is used, in the middle of a guest's request.
 */
import { OptionError } from "./errors.ts";
import { show } from "./show.ts";

/** @throws OptionError unless it is absent or a string */
export function checkText(name: string, value: unknown, doing: string): void {
  if (value !== undefined && typeof value !== "string") throw wrong(name, "a string", value, doing);
}

/** @throws OptionError unless it is absent or a list of strings */
export function checkTexts(name: string, value: unknown, doing: string): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw wrong(name, "a list of strings", value, doing);
  // Holes too.
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (typeof item !== "string") throw wrong(`${name}[${index}]`, "a string", item, doing, name);
  }
}

/** @throws OptionError unless it is absent, a string or a list of strings */
export function checkTextOrTexts(name: string, value: unknown, doing: string): void {
  if (Array.isArray(value)) checkTexts(name, value, doing);
  else if (value !== undefined && typeof value !== "string") throw wrong(name, "a string or a list", value, doing);
}

/** @throws OptionError unless it is absent or a function */
export function checkFunction(name: string, value: unknown, doing: string): void {
  if (value !== undefined && typeof value !== "function") throw wrong(name, "a function", value, doing);
}

/** @throws OptionError unless it is absent or an AbortSignal */
export function checkSignal(name: string, value: unknown, doing: string): void {
  if (value !== undefined && !(value instanceof AbortSignal)) throw wrong(name, "an AbortSignal", value, doing);
}

/** @throws OptionError unless it is absent or a boolean */
export function checkBoolean(name: string, value: unknown, doing: string): void {
  if (value !== undefined && typeof value !== "boolean") throw wrong(name, "true or false", value, doing);
}

/** @throws OptionError unless it is absent or one of these */
export function checkOneOf(name: string, value: unknown, choices: readonly string[], doing: string): void {
  if (value === undefined || choices.includes(value as string)) return;
  throw wrong(name, `one of ${choices.map(show).join(", ")}`, value, doing);
}

function wrong(what: string, kind: string, value: unknown, doing: string, name = what): OptionError {
  return new OptionError(name, `${doing}: ${what} must be ${kind}, but is ${show(value)}.`);
}
