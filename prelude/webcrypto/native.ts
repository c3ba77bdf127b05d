/**
 * The engine's part of Web Cryptography, one function per op. Everything happens at once, on the isolate's thread; a
 * result is undefined where the operation failed. Handles stand for keys that only the engine holds; no guest sees one.
 */
import { Op } from "../core/engine.ts";

/** A key or a key pair in the engine. */
export type Handle = { readonly brand: unique symbol };

/** Hash functions. */
export const enum Hash {
  Sha1 = 1,
  Sha256 = 2,
  Sha384 = 3,
  Sha512 = 4,
  Sha3_256 = 5,
  Sha3_384 = 6,
  Sha3_512 = 7,
}

/** Hash functions whose output is as long as asked for. */
export const enum Xof {
  CShake128 = 16,
  CShake256 = 17,
  TurboShake128 = 18,
  TurboShake256 = 19,
  Kangaroo128 = 20,
  Kangaroo256 = 21,
}

/** Kinds of keys behind a handle. */
export const enum KeyKind {
  Rsa = 1,
  P256 = 2,
  P384 = 3,
  P521 = 4,
  Ed25519 = 5,
  X25519 = 6,
  Ed448 = 7,
  X448 = 8,
  MlDsa44 = 9,
  MlDsa65 = 10,
  MlDsa87 = 11,
  MlKem512 = 12,
  MlKem768 = 13,
  MlKem1024 = 14,
}

export const enum CipherMode {
  Cbc = 1,
  Ctr = 2,
  Gcm = 3,
  Kw = 4,
  Ocb = 5,
  ChaCha20Poly1305 = 6,
}

export const enum Scheme {
  Pkcs1 = 1,
  Pss = 2,
  Ecdsa = 3,
  /** EdDSA and ML-DSA: the message as it is. */
  Pure = 4,
}

/** By the numbers of RFC 9106. */
export const enum Argon2Type {
  D = 0,
  I = 1,
  Id = 2,
}

type Result<T> = T | undefined;

export function digest(hash: Hash, data: Uint8Array): Result<ArrayBuffer> {
  return op(Op.Digest, hash, data) as Result<ArrayBuffer>;
}

/** `extra`: cSHAKE's function name, TurboSHAKE's byte of domain separation. */
export function extendableDigest(
  xof: Xof,
  data: Uint8Array,
  bytes: number,
  customization: Uint8Array | undefined,
  extra: Uint8Array | number | undefined,
): Result<ArrayBuffer> {
  return op(Op.Digest, xof, data, bytes, customization, extra) as Result<ArrayBuffer>;
}

export function hmac(hash: Hash, key: Uint8Array, data: Uint8Array): Result<ArrayBuffer> {
  return op(Op.Mac, hash, key, data) as Result<ArrayBuffer>;
}

/** Compares in constant time. */
export function hmacVerify(hash: Hash, key: Uint8Array, data: Uint8Array, code: Uint8Array): Result<boolean> {
  return op(Op.Mac, hash, key, data, code) as Result<boolean>;
}

export function kmac(
  bits: 128 | 256,
  key: Uint8Array,
  data: Uint8Array,
  customization: Uint8Array | undefined,
  bytes: number,
): Result<ArrayBuffer> {
  return op(Op.Mac, bits, key, data, undefined, customization, bytes) as Result<ArrayBuffer>;
}

/** Compares in constant time. */
export function kmacVerify(
  bits: 128 | 256,
  key: Uint8Array,
  data: Uint8Array,
  code: Uint8Array,
  customization: Uint8Array | undefined,
  bytes: number,
): Result<boolean> {
  return op(Op.Mac, bits, key, data, code, customization, bytes) as Result<boolean>;
}

/** `bits`: of the tag of authenticated modes, of the counter in CTR. */
export function cipher(
  mode: CipherMode,
  encrypt: boolean,
  key: Uint8Array,
  iv: Uint8Array | undefined,
  data: Uint8Array,
  additionalData?: Uint8Array,
  bits?: number,
): Result<ArrayBuffer> {
  return op(Op.Cipher, mode, encrypt, key, iv, data, additionalData, bits) as Result<ArrayBuffer>;
}

export function hkdf(
  hash: Hash,
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  bytes: number,
): Result<ArrayBuffer> {
  return op(Op.Hkdf, hash, secret, salt, info, bytes) as Result<ArrayBuffer>;
}

export function pbkdf2(
  hash: Hash,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  bytes: number,
): Result<ArrayBuffer> {
  const derivation = op(Op.Pbkdf2Start, hash, password, salt, iterations, bytes);
  if (derivation === undefined) return undefined;
  // The engine's loop would not heed a termination; this one does.
  for (;;) {
    const result = op(Op.Pbkdf2Step, derivation);
    if (result !== undefined) return result as ArrayBuffer;
  }
}

/** `memory` in KiB. */
export function argon2(
  type: Argon2Type,
  password: Uint8Array,
  nonce: Uint8Array,
  secret: Uint8Array | undefined,
  associatedData: Uint8Array | undefined,
  lanes: number,
  memory: number,
  passes: number,
  bytes: number,
): Result<ArrayBuffer> {
  const start = op(Op.Argon2Start, type, password, nonce, secret, associatedData, lanes, memory, passes, bytes);
  if (start === undefined) return undefined;
  for (;;) {
    const result = op(Op.Argon2Step, start);
    if (result !== true) return result as Result<ArrayBuffer>;
  }
}

function poll(): void {}

export function generateRsa(bits: number, exponent: Uint8Array): Result<Handle> {
  return op(Op.GenerateRsa, bits, exponent, poll) as Result<Handle>;
}

/** All kinds but RSA. */
export function generateNamed(kind: KeyKind): Result<Handle> {
  return op(Op.GenerateNamed, kind) as Result<Handle>;
}

export function importPkcs8(kind: KeyKind, der: Uint8Array): Result<Handle> {
  return op(Op.ImportDer, kind, true, der) as Result<Handle>;
}

export function importSpki(kind: KeyKind, der: Uint8Array): Result<Handle> {
  return op(Op.ImportDer, kind, false, der) as Result<Handle>;
}

export function exportPkcs8(handle: Handle): Result<ArrayBuffer> {
  return op(Op.ExportDer, handle, true) as Result<ArrayBuffer>;
}

export function exportSpki(handle: Handle): Result<ArrayBuffer> {
  return op(Op.ExportDer, handle, false) as Result<ArrayBuffer>;
}

/** n, e; of a private key also d, p, q, dp, dq, qi. */
export function importRsa(numbers: readonly Uint8Array[]): Result<Handle> {
  return op(Op.ImportRsa, numbers) as Result<Handle>;
}

/**
 * All kinds but RSA: the public half as a point's encoding or raw bytes, the private one as a number, raw bytes or a seed;
 * checked to match. Empty ones count as absent.
 */
export function importRaw(
  kind: KeyKind,
  publicHalf: Uint8Array | undefined,
  privateHalf: Uint8Array | undefined,
): Result<Handle> {
  return op(Op.ImportRaw, kind, publicHalf, privateHalf) as Result<Handle>;
}

/** RSA as in importRsa; NIST's curves: x, y and d; the others: both halves, ML-DSA and ML-KEM with the seed. */
export function components(handle: Handle, withPrivate: boolean): Result<readonly Uint8Array[]> {
  return op(Op.Components, handle, withPrivate) as Result<readonly Uint8Array[]>;
}

export function sign(
  handle: Handle,
  scheme: Scheme,
  hash: Hash | 0,
  saltLength: number,
  data: Uint8Array,
  context?: Uint8Array,
): Result<ArrayBuffer> {
  return op(Op.Sign, handle, scheme, hash, saltLength, context, data) as Result<ArrayBuffer>;
}

export function verify(
  handle: Handle,
  scheme: Scheme,
  hash: Hash | 0,
  saltLength: number,
  signature: Uint8Array,
  data: Uint8Array,
  context?: Uint8Array,
): Result<boolean> {
  return op(Op.Verify, handle, scheme, hash, saltLength, context, data, signature) as Result<boolean>;
}

export function rsaOaep(
  handle: Handle,
  encrypt: boolean,
  hash: Hash,
  label: Uint8Array | undefined,
  data: Uint8Array,
): Result<ArrayBuffer> {
  return op(Op.RsaOaep, handle, encrypt, hash, label, data) as Result<ArrayBuffer>;
}

/** Shared secret and ciphertext. */
export function encapsulate(handle: Handle): Result<readonly [secret: ArrayBuffer, ciphertext: ArrayBuffer]> {
  return op(Op.Encapsulate, handle) as Result<readonly [ArrayBuffer, ArrayBuffer]>;
}

export function decapsulate(handle: Handle, ciphertext: Uint8Array): Result<ArrayBuffer> {
  return op(Op.Decapsulate, handle, ciphertext) as Result<ArrayBuffer>;
}

export function agree(own: Handle, peer: Handle): Result<ArrayBuffer> {
  return op(Op.Agree, own, peer) as Result<ArrayBuffer>;
}
