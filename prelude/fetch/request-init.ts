/**
 * Fetch: RequestInit. https://fetch.spec.whatwg.org/#requestinit
 */
import type { AbortSignal } from "../events/abort.ts";
import { abortStateOf } from "../events/abort-state.ts";
import { NativeTypeError, StringPrototypeToUpperCase } from "../core/primordials.ts";
import { toDOMString, toDictionary, toUSVString } from "../webidl/converters.ts";
import { toByteString } from "./headers.ts";
import { isToken } from "../core/tokens.ts";

/** The members that are there, converted; undefined: is not there. */
export interface RequestInit {
  /** As it was given. */
  readonly body: unknown;
  readonly cache: string | undefined;
  readonly credentials: string | undefined;
  readonly duplex: string | undefined;
  /** As they were given. */
  readonly headers: unknown;
  readonly integrity: string | undefined;
  readonly keepalive: boolean | undefined;
  readonly method: string | undefined;
  readonly mode: string | undefined;
  readonly priority: string | undefined;
  readonly redirect: string | undefined;
  readonly referrer: string | undefined;
  readonly referrerPolicy: string | undefined;
  readonly signal: AbortSignal | null | undefined;
  readonly window: unknown;
}

const enumerations = {
  cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
  credentials: ["omit", "same-origin", "include"],
  duplex: ["half"],
  mode: ["navigate", "same-origin", "no-cors", "cors"],
  priority: ["high", "low", "auto"],
  redirect: ["follow", "error", "manual"],
  referrerPolicy: [
    ...["", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin"],
    ...["origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"],
  ],
};

/** https://webidl.spec.whatwg.org/#js-dictionary, its members in their order. undefined: nothing is there. */
export function toRequestInit(value: unknown, context: string): RequestInit | undefined {
  const dictionary = toDictionary(value, context);
  if (dictionary === undefined) return undefined;
  let empty = true;
  const read = (member: string): unknown => {
    const found = dictionary[member];
    if (found !== undefined) empty = false;
    return found;
  };
  const enumeration = (member: keyof typeof enumerations): string | undefined => {
    const found = read(member);
    return found === undefined ? undefined : toEnumeration(found, member, context);
  };
  const text = (member: string, convert: (value: unknown) => string): string | undefined => {
    const found = read(member);
    return found === undefined ? undefined : convert(found);
  };
  const init: RequestInit = {
    body: read("body"),
    cache: enumeration("cache"),
    credentials: enumeration("credentials"),
    duplex: enumeration("duplex"),
    headers: read("headers"),
    integrity: text("integrity", toDOMString),
    keepalive: toBoolean(read("keepalive")),
    method: text("method", (method) => toByteString(method, context)),
    mode: enumeration("mode"),
    priority: enumeration("priority"),
    redirect: enumeration("redirect"),
    referrer: text("referrer", toUSVString),
    referrerPolicy: enumeration("referrerPolicy"),
    signal: toSignal(read("signal"), context),
    window: read("window"),
  };
  return empty ? undefined : init;
}

function toEnumeration(value: unknown, member: keyof typeof enumerations, context: string): string {
  const text = toDOMString(value);
  const values = enumerations[member];
  for (let index = 0; index < values.length; index++) if (values[index] === text) return text;
  throw new NativeTypeError(`${context}: The value '${text}' of member ${member} is not valid.`);
}

function toBoolean(value: unknown): boolean | undefined {
  return value === undefined ? undefined : !!value;
}

function toSignal(value: unknown, context: string): AbortSignal | null | undefined {
  if (value === undefined || value === null) return value;
  if (abortStateOf(value) !== undefined) return value as AbortSignal;
  throw new NativeTypeError(`${context}: member signal is not of type 'AbortSignal'.`);
}

/** https://fetch.spec.whatwg.org/#concept-method-normalize, of one that is no forbidden method. */
export function toMethod(method: string, context: string): string {
  const upper = StringPrototypeToUpperCase(method);
  if (!isToken(method) || upper === "CONNECT" || upper === "TRACE" || upper === "TRACK") {
    throw new NativeTypeError(`${context}: '${method}' is not a method that can be used.`);
  }
  switch (upper) {
    case "DELETE":
    case "GET":
    case "HEAD":
    case "OPTIONS":
    case "POST":
    case "PUT":
      return upper;
    default:
      return method;
  }
}
