/** Web Cryptography: what keys are imported from and exported to. https://w3c.github.io/webcrypto/#dfn-KeyFormat */
import { Op } from "../core/engine.ts";
import { NativeTypeError, NativeUint8Array } from "../core/primordials.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { toDOMString } from "../webidl/converters.ts";
import { type KeyData, type KeyFormat, algorithmOfKey } from "./algorithms.ts";
import type { KeyState } from "./crypto-key.ts";
import { invalidAccess, notSupported } from "./errors.ts";
import { type JsonWebKey, parseJwk, stringifyJwk, toJsonWebKey } from "./jwk.ts";
import { includes } from "./usages.ts";

const formats: readonly string[] = [
  "raw",
  "raw-public",
  "raw-private",
  "raw-seed",
  "raw-secret",
  "spki",
  "pkcs8",
  "jwk",
];

export function toFormat(value: unknown, context: string): KeyFormat {
  const format = toDOMString(value);
  if (includes(formats, format)) return format as KeyFormat;
  throw new NativeTypeError(`${context}: The provided value '${format}' is not a valid enum value of type KeyFormat.`);
}

/** (BufferSource or JsonWebKey), not yet known to fit the format. */
export interface GivenKeyData {
  readonly bytes: Uint8Array | undefined;
  readonly jwk: JsonWebKey | undefined;
}

export function toKeyData(value: unknown, context: string): GivenKeyData {
  const bytes = bytesOf(value);
  return { bytes, jwk: bytes === undefined ? toJsonWebKey(value, context) : undefined };
}

/** @throws TypeError for bytes that should be a JWK, or the other way round */
export function matchFormat(format: KeyFormat, { bytes, jwk }: GivenKeyData, context: string): KeyData {
  if (format === "jwk") {
    if (jwk !== undefined) return { format, jwk };
    throw new NativeTypeError(`${context}: Key data of format 'jwk' must be a JsonWebKey.`);
  }
  if (bytes !== undefined) return { format, bytes };
  throw new NativeTypeError(`${context}: Key data of format '${format}' must be a BufferSource.`);
}

/** @throws InvalidAccessError unless the key may be exported */
export function exportKey(key: KeyState, format: KeyFormat): ArrayBuffer | JsonWebKey {
  const algorithm = algorithmOfKey(key, "exportKey");
  if (algorithm === undefined) throw notSupported(`Keys for ${key.algorithm.name} cannot be exported`);
  if (!key.extractable) throw invalidAccess("The key is not extractable");
  return algorithm.exportKey!.run(key, format);
}

/** What wrapping encrypts. @param blockBytes - a JWK's are a multiple of it */
export function exportBytes(key: KeyState, format: KeyFormat, blockBytes: number): Uint8Array {
  const exported = exportKey(key, format);
  if (format !== "jwk") return new NativeUint8Array(exported as ArrayBuffer);
  let text = stringifyJwk(exported as JsonWebKey);
  // The standard's note: JSON may have spaces at its end, so that AES-KW can wrap it.
  while (text.length % blockBytes !== 0) text += " ";
  return op(Op.Utf8Encode, text);
}

/** What unwrapping decrypted. */
export function parseKeyData(format: KeyFormat, bytes: Uint8Array): KeyData {
  return format === "jwk" ? { format, jwk: parseJwk(op(Op.Utf8Decode, bytes, false)!) } : { format, bytes };
}
