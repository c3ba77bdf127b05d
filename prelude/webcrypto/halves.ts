/** Web Cryptography: keys whose halves are bytes: RFC 8032's, RFC 7748's, ML-DSA's and ML-KEM's. */
import { TypedArrayBuffer, TypedArrayByteLength } from "../core/primordials.ts";
import { type Imported, requireType } from "./asymmetric.ts";
import type { KeyState } from "./crypto-key.ts";
import { decoded, succeeded } from "./errors.ts";
import { type JsonWebKey, jwkBytes } from "./jwk.ts";
import { type KeyKind, components, importRaw } from "./native.ts";

/** From the members of a JWK. @throws DataError if they are no key, or none together */
export function importHalves<Public extends "x" | "pub", Private extends "d" | "priv">(
  kind: KeyKind,
  jwk: JsonWebKey,
  publicMember: Public,
  privateMember: Private,
): Imported {
  const publicHalf = jwkBytes(jwk, publicMember);
  const privateHalf = jwk[privateMember] === undefined ? undefined : jwkBytes(jwk, privateMember);
  // Empty means absent to the engine.
  const isEmpty =
    TypedArrayByteLength(publicHalf) === 0 || (privateHalf !== undefined && TypedArrayByteLength(privateHalf) === 0);
  const handle = decoded(isEmpty ? undefined : importRaw(kind, publicHalf, privateHalf), "JWK");
  return { type: privateHalf === undefined ? "public" : "private", handle };
}

export function importPublicHalf(kind: KeyKind, bytes: Uint8Array): Imported {
  return { type: "public", handle: decoded(importRaw(kind, bytes, undefined), "key") };
}

/** The public half, and the private one of a private key. */
export function halvesOf(key: KeyState): readonly Uint8Array[] {
  return succeeded(components(key.handle!, key.type === "private"), "Exporting");
}

/** @throws InvalidAccessError unless the key is of that type */
export function exportHalf(key: KeyState, type: "public" | "private"): ArrayBuffer {
  requireType(key, type);
  return TypedArrayBuffer(halvesOf(key)[type === "public" ? 0 : 1]!) as ArrayBuffer;
}
