/** Web Cryptography: what keys that are bytes have in common, whatever algorithm they are for. */
import { Op } from "../core/engine.ts";
import { NativeUint8Array, TypedArrayBuffer, TypedArrayByteLength } from "../core/primordials.ts";
import { type KeyData, type KeyFormat, type Params, makeParams } from "./algorithms.ts";
import type { KeyState } from "./crypto-key.ts";
import { type Dictionary, required, toUnsignedShort } from "./dictionaries.ts";
import { dataError, notSupported } from "./errors.ts";
import { type JsonWebKey, checkJwk, jwkBytes, makeJwk } from "./jwk.ts";
import type { KeyUsage } from "./usages.ts";

/** AesKeyGenParams and AesDerivedKeyParams. */
export function lengthParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ length: toUnsignedShort(required(dictionary, "length", context), context) });
}

/** Random bytes for a new key. */
export function randomBytes(length: number): Uint8Array {
  const bytes = new NativeUint8Array(length);
  op(Op.RandomFill, bytes, true);
  return bytes;
}

/** Which raw formats an algorithm has: those of later specifications have no plain "raw". */
export type RawFormats = "raw and raw-secret" | "raw-secret";

export function isRaw(format: KeyFormat, formats: RawFormats): boolean {
  return format === "raw-secret" || (format === "raw" && formats === "raw and raw-secret");
}

/** A key's bytes out of what is imported. `alg` gives the JWK's alg for a length in bytes, undefined if any will do. */
export function importSecret(
  data: KeyData,
  formats: RawFormats,
  use: "sig" | "enc",
  alg: (bytes: number) => string | undefined,
  extractable: boolean,
  usages: readonly KeyUsage[],
): Uint8Array {
  if (data.format !== "jwk") {
    if (!isRaw(data.format, formats)) throw notSupported(`The format '${data.format}' is not one of this algorithm's`);
    return new NativeUint8Array(data.bytes);
  }
  const { jwk } = data;
  if (jwk.kty !== "oct") throw dataError('The JWK\'s kty is not "oct"');
  const secret = jwkBytes(jwk, "k");
  const wanted = alg(TypedArrayByteLength(secret));
  if (jwk.alg !== undefined && wanted !== undefined && jwk.alg !== wanted) {
    throw dataError(`The JWK's alg is not "${wanted}"`);
  }
  checkJwk(jwk, "oct", use, extractable, usages);
  return secret;
}

export function exportSecret(
  key: KeyState,
  format: KeyFormat,
  formats: RawFormats,
  alg: string | undefined,
): ArrayBuffer | JsonWebKey {
  if (isRaw(format, formats)) return TypedArrayBuffer(new NativeUint8Array(key.secret!)) as ArrayBuffer;
  if (format === "jwk") return makeJwk("oct", key, alg, undefined, ["k"], [key.secret!]);
  throw notSupported(`The format '${format}' is not one of this algorithm's`);
}
