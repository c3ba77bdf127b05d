/**
 * Fetch: the headers of requests in mode "no-cors". https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
 */
import { parseMimeType } from "../core/mime-type.ts";
import { StringPrototypeCharCodeAt } from "../core/primordials.ts";
import { tableOf } from "../core/tokens.ts";

const valueBytesMax = 128;

/** https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name, in lower case. */
export function isSafelistedName(name: string): boolean {
  return name === "accept" || name === "accept-language" || name === "content-language" || name === "content-type";
}

/** https://fetch.spec.whatwg.org/#privileged-no-cors-request-header-name, in lower case. */
export function isPrivilegedName(name: string): boolean {
  return name === "range";
}

/** https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header, the name in lower case. */
export function isSafelisted(name: string, value: string): boolean {
  if (!isSafelistedName(name) || value.length > valueBytesMax) return false;
  if (name === "accept") return isMadeOf(value, isSafeUnit);
  if (name !== "content-type") return isMadeOf(value, isLanguageUnit);
  const type = isMadeOf(value, isSafeUnit) ? parseMimeType(value) : undefined;
  switch (type === undefined ? "" : `${type.type}/${type.subtype}`) {
    case "application/x-www-form-urlencoded":
    case "multipart/form-data":
    case "text/plain":
      return true;
    default:
      return false;
  }
}

function isMadeOf(text: string, allows: (unit: number) => boolean): boolean {
  for (let index = 0; index < text.length; index++) {
    if (!allows(StringPrototypeCharCodeAt(text, index))) return false;
  }
  return true;
}

/** 1: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte, of those above the control characters. */
const unsafeUnits = tableOf('"():<>?@[\\]{}\x7f', 256);

function isSafeUnit(unit: number): boolean {
  return unsafeUnits[unit] === 0 && (unit >= 0x20 || unit === 9);
}

/** 1: may be part of the value of a header of languages. */
const languageUnits = tableOf("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;=", 256);

function isLanguageUnit(unit: number): boolean {
  return languageUnits[unit] === 1;
}
