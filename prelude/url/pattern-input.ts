/**
 * URL Pattern: the arguments. https://urlpattern.spec.whatwg.org/#typedefdef-urlpatterninput
 */
import type { UrlPatternInit } from "../core/engine.ts";
import { ObjectDefineProperty, isObject, newList } from "../core/primordials.ts";
import { toUSVString } from "../webidl/converters.ts";

/** A URLPatternInput, converted. */
export interface PatternInput {
  /** For the engine. */
  readonly wire: string | UrlPatternInit;
  /** As exec() gives it back. */
  readonly value: string | object;
}

/** Members in Web IDL's order of conversion, and their positions in the engine's. */
const members: readonly (readonly [name: string, position: number])[] = [
  ["baseURL", 8],
  ["hash", 7],
  ["hostname", 3],
  ["password", 2],
  ["pathname", 5],
  ["port", 4],
  ["protocol", 0],
  ["search", 6],
  ["username", 1],
];

/** A property of an object for guests, whatever Object.prototype has become. */
export function defineMember(target: object, key: string, value: unknown): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/** https://webidl.spec.whatwg.org/#js-union */
export function toPatternInput(input: unknown): PatternInput {
  if (input !== undefined && input !== null && !isObject(input)) {
    const text = toUSVString(input);
    return { wire: text, value: text };
  }
  const wire = newList<string | undefined>();
  for (let index = 0; index < members.length; index++) wire[index] = undefined;
  const value = {};
  if (isObject(input)) {
    for (let index = 0; index < members.length; index++) {
      const name = members[index]![0];
      const member = (input as Record<string, unknown>)[name];
      if (member === undefined) continue;
      const text = toUSVString(member);
      wire[members[index]![1]] = text;
      defineMember(value, name, text);
    }
  }
  return { wire, value };
}
