/**
 * Web Cryptography: JsonWebKey. https://w3c.github.io/webcrypto/#JsonWebKey-dictionary
 */
import { JSONParse, ObjectDefineProperty, ObjectSetPrototypeOf, isObject, newArray } from "../core/primordials.ts";
import { toDOMString, toDictionary } from "../webidl/converters.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import type { KeyState } from "./crypto-key.ts";
import type { Dictionary } from "./dictionaries.ts";
import { dataError } from "./errors.ts";
import { toSequence } from "./sequences.ts";
import { type KeyUsage, includes } from "./usages.ts";

type TextMember =
  "alg" | "crv" | "d" | "dp" | "dq" | "e" | "k" | "kty" | "n" | "p" | "priv" | "pub" | "q" | "qi" | "use" | "x" | "y";

/** As a dictionary (null-prototype) or for guests. */
export type JsonWebKey = { -readonly [K in TextMember]?: string } & {
  ext?: boolean;
  key_ops?: string[];
  oth?: unknown[];
};

/** In the order in which Web IDL reads them. */
const members: readonly (keyof JsonWebKey)[] = [
  "alg",
  "crv",
  "d",
  "dp",
  "dq",
  "e",
  "ext",
  "k",
  "key_ops",
  "kty",
  "n",
  "oth",
  "p",
  "priv",
  "pub",
  "q",
  "qi",
  "use",
  "x",
  "y",
];

/** https://webidl.spec.whatwg.org/#js-dictionary */
export function toJsonWebKey(value: unknown, context: string): JsonWebKey {
  const source: Dictionary = toDictionary(value, context) ?? ({ __proto__: null } as unknown as Dictionary);
  const jwk = { __proto__: null } as JsonWebKey;
  for (let index = 0; index < members.length; index++) {
    const member = members[index]!;
    const item = source[member];
    if (item === undefined) continue;
    if (member === "ext") jwk.ext = !!item;
    else if (member === "key_ops") jwk.key_ops = toSequence(item, toDOMString, context);
    else if (member === "oth") jwk.oth = toSequence(item, (info) => toDictionary(info, context), context);
    else jwk[member] = toDOMString(item);
  }
  return jwk;
}

/** https://w3c.github.io/webcrypto/#concept-parse-a-jwk, of text. Nothing of a guest's is looked at. */
export function parseJwk(text: string): JsonWebKey {
  let value: unknown;
  try {
    value = JSONParse(text);
  } catch {
    throw dataError("The wrapped key is not JSON");
  }
  if (!isObject(value)) throw dataError("The wrapped key is not a JSON object");
  const jwk = { __proto__: null } as JsonWebKey;
  const source = ObjectSetPrototypeOf(value as Dictionary, null);
  for (let index = 0; index < members.length; index++) {
    const member = members[index]!;
    const item = source[member];
    if (item === undefined) continue;
    if (member === "ext") {
      jwk.ext = !!item;
    } else if (member === "key_ops" || member === "oth") {
      // An array of JSON's has its elements as own properties.
      if (!isObject(item)) throw dataError(`The wrapped key's ${member} is not an array`);
      jwk[member] = ObjectSetPrototypeOf(item, null) as string[];
    } else {
      if (typeof item !== "string") throw dataError(`The wrapped key's ${member} is not a string`);
      jwk[member] = item;
    }
  }
  if (jwk.kty === undefined) throw dataError("The wrapped key has no kty");
  return jwk;
}

/** JSON of a key that was exported here: its texts need no escapes, and no toJSON of a guest's is asked. */
export function stringifyJwk(jwk: JsonWebKey): string {
  let text = "";
  for (let index = 0; index < members.length; index++) {
    const member = members[index]!;
    const value = jwk[member];
    if (value === undefined) continue;
    if (text !== "") text += ",";
    text += `"${member}":`;
    if (typeof value === "boolean") text += value ? "true" : "false";
    else if (typeof value === "string") text += `"${value}"`;
    else text += stringifyList(value as readonly string[]);
  }
  return `{${text}}`;
}

function stringifyList(list: readonly string[]): string {
  let text = "";
  for (let index = 0; index < list.length; index++) text += `${index === 0 ? "" : ","}"${list[index]!}"`;
  return `[${text}]`;
}

/** What importing checks of every JWK. @throws DataError */
export function checkJwk(
  jwk: JsonWebKey,
  kty: string,
  use: "sig" | "enc",
  extractable: boolean,
  usages: readonly KeyUsage[],
): void {
  if (jwk.kty !== kty) throw dataError(`The JWK's kty is not "${kty}"`);
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw dataError(`The JWK's use is not "${use}"`);
  const operations = jwk.key_ops;
  if (operations !== undefined) {
    for (let index = 0; index < operations.length; index++) {
      for (let other = 0; other < index; other++) {
        if (operations[index] === operations[other]) throw dataError("The JWK's key_ops has duplicates");
      }
    }
    for (let index = 0; index < usages.length; index++) {
      if (!includes(operations, usages[index])) throw dataError(`The JWK's key_ops has no "${usages[index]}"`);
    }
  }
  if (jwk.ext === false && extractable) throw dataError("The JWK is not extractable");
}

/** A member's bytes. @throws DataError if it is missing or not base64url */
export function jwkBytes(jwk: JsonWebKey, member: TextMember): Uint8Array {
  const text = jwk[member];
  const bytes = text === undefined ? undefined : decodeBase64Url(text);
  if (bytes === undefined) throw dataError(`The JWK's ${member} is not base64url`);
  return bytes;
}

/** An own property, whatever setters Object.prototype has got. */
function define(jwk: JsonWebKey, member: TextMember, value: string): void {
  ObjectDefineProperty(jwk, member, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/** The exported form, an ordinary object for guests; `values` are named by `names`. */
export function makeJwk(
  kty: string,
  key: KeyState,
  alg: string | undefined,
  crv: string | undefined,
  names: readonly TextMember[],
  values: readonly Uint8Array[],
): JsonWebKey {
  const jwk = { key_ops: newArray(key.usages), ext: key.extractable, kty } as JsonWebKey;
  if (alg !== undefined) define(jwk, "alg", alg);
  if (crv !== undefined) define(jwk, "crv", crv);
  for (let index = 0; index < values.length; index++) define(jwk, names[index]!, encodeBase64Url(values[index]!));
  return jwk;
}
