/**
 * Web Cryptography: HMAC, and KMAC of the modern algorithms. https://w3c.github.io/webcrypto/#hmac
 * https://wicg.github.io/webcrypto-modern-algos/#kmac
 */
import { NativeTypeError, TypedArrayByteLength } from "../core/primordials.ts";
import { type Params, keyAlgorithm, makeParams, registerAlgorithm, registerLater } from "./algorithms.ts";
import { type KeyState, secretKey } from "./crypto-key.ts";
import { type Dictionary, optionalBytes, outputLength, toUnsignedLong } from "./dictionaries.ts";
import { dataError, operationError, succeeded } from "./errors.ts";
import { blockBits, hashNamed, requiredHash } from "./hashes.ts";
import type { Hash } from "./native.ts";
import * as native from "./native.ts";
import { exportSecret, importSecret, randomBytes } from "./symmetric.ts";
import { type KeyUsage, requireUsages } from "./usages.ts";

const allowed: readonly KeyUsage[] = ["sign", "verify"];

function lengthMember(dictionary: Dictionary, context: string): number | undefined {
  const { length } = dictionary;
  return length === undefined ? undefined : toUnsignedLong(length, context);
}

/** HmacImportParams and HmacKeyGenParams. */
function hmacParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ hash: requiredHash(dictionary, context), length: lengthMember(dictionary, context) });
}

/** The length a key is imported with: of its bytes, or up to seven bits less. */
function importedLength(secret: Uint8Array, length: number | undefined): number {
  const bits = TypedArrayByteLength(secret) * 8;
  if (bits === 0) throw dataError("The key is empty");
  if (length === undefined) return bits;
  if (length > bits || length <= bits - 8) throw dataError("The key's length is not the one given");
  clearUnusedBits(secret, length);
  return length;
}

/** Bits past the length are zero. */
function clearUnusedBits(secret: Uint8Array, length: number): void {
  if (length % 8 === 0) return;
  const last = TypedArrayByteLength(secret) - 1;
  secret[last] = secret[last]! & (0xff << (8 - (length % 8)));
}

function generateSecret(length: number): Uint8Array {
  const secret = randomBytes((length + 7) >>> 3);
  clearUnusedBits(secret, length);
  return secret;
}

/** "HS256" of "SHA-256", "HS3-256" of "SHA3-256". */
function hmacAlg(hash: string): string {
  switch (hash) {
    case "SHA-1":
      return "HS1";
    case "SHA-256":
      return "HS256";
    case "SHA-384":
      return "HS384";
    case "SHA-512":
      return "HS512";
    case "SHA3-256":
      return "HS3-256";
    case "SHA3-384":
      return "HS3-384";
    default:
      return "HS3-512";
  }
}

function hashOf(key: KeyState): Hash {
  return hashNamed(key.algorithm.hash!).hash;
}

const keyBitsMax = 2 ** 31;

registerLater(() =>
  registerAlgorithm({
    name: "HMAC",
    sign: { run: (_params, key, data) => succeeded(native.hmac(hashOf(key), key.secret!, data), "Signing") },
    verify: {
      run: (_params, key, signature, data) =>
        succeeded(native.hmacVerify(hashOf(key), key.secret!, data, signature), "Verifying"),
    },
    generateKey: {
      params: hmacParams,
      run({ hash, length = blockBits(hash!.hash) }, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        if (length === 0 || length > keyBitsMax) throw operationError(`A key of ${length} bits is not possible`);
        const algorithm = keyAlgorithm({ name: "HMAC", hash: hash!.name, length });
        return secretKey(algorithm, extractable, allowedUsages, generateSecret(length));
      },
    },
    importKey: {
      params: hmacParams,
      run({ hash, length }, data, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        const alg = hmacAlg(hash!.name);
        const secret = importSecret(data, "raw and raw-secret", "sig", () => alg, extractable, allowedUsages);
        const algorithm = keyAlgorithm({ name: "HMAC", hash: hash!.name, length: importedLength(secret, length) });
        return secretKey(algorithm, extractable, allowedUsages, secret);
      },
    },
    exportKey: { run: (key, format) => exportSecret(key, format, "raw and raw-secret", hmacAlg(key.algorithm.hash!)) },
    getKeyLength: {
      params: hmacParams,
      run({ hash, length = blockBits(hash!.hash) }) {
        if (length === 0) throw new NativeTypeError("The key length must not be 0");
        return length;
      },
    },
  }),
);

/** KmacKeyGenParams and KmacImportParams. */
function kmacKeyParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ length: lengthMember(dictionary, context) });
}

function kmacParams(dictionary: Dictionary, context: string): Params {
  const customization = optionalBytes(dictionary, "customization", context);
  return makeParams({ customization, length: outputLength(dictionary, context) });
}

function kmacBytes(length: number): number {
  if (length % 8 !== 0) throw operationError("The length is not a multiple of 8");
  return length / 8;
}

function registerKmac(bits: 128 | 256): void {
  const name = `KMAC${bits}`;
  const alg = `K${bits}`;
  registerAlgorithm({
    name,
    sign: {
      params: kmacParams,
      run: ({ customization, length }, key, data) =>
        succeeded(native.kmac(bits, key.secret!, data, customization, kmacBytes(length!)), "Signing"),
    },
    verify: {
      params: kmacParams,
      run: ({ customization, length }, key, signature, data) =>
        succeeded(
          native.kmacVerify(bits, key.secret!, data, signature, customization, kmacBytes(length!)),
          "Verifying",
        ),
    },
    generateKey: {
      params: kmacKeyParams,
      run({ length = bits }, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        if (length === 0 || length > keyBitsMax) throw operationError(`A key of ${length} bits is not possible`);
        return secretKey(keyAlgorithm({ name, length }), extractable, allowedUsages, generateSecret(length));
      },
    },
    importKey: {
      params: kmacKeyParams,
      run({ length }, data, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        const secret = importSecret(data, "raw-secret", "sig", () => alg, extractable, allowedUsages);
        const algorithm = keyAlgorithm({ name, length: importedLength(secret, length) });
        return secretKey(algorithm, extractable, allowedUsages, secret);
      },
    },
    exportKey: { run: (key, format) => exportSecret(key, format, "raw-secret", alg) },
    getKeyLength: {
      params: kmacKeyParams,
      run({ length = bits }) {
        if (length === 0) throw new NativeTypeError("The key length must not be 0");
        return length;
      },
    },
  });
}

registerLater(() => {
  registerKmac(128);
  registerKmac(256);
});
