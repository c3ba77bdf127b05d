/**
 * Web Cryptography: SHA, and SHA-3 of the modern algorithms. https://w3c.github.io/webcrypto/#sha
 * https://wicg.github.io/webcrypto-modern-algos/#sha3
 */
import {
  type HashAlgorithm,
  normalize,
  registerAlgorithm,
  registerLater,
  toAlgorithmIdentifier,
} from "./algorithms.ts";
import { type Dictionary, required } from "./dictionaries.ts";
import { notSupported, succeeded } from "./errors.ts";
import { Hash, digest } from "./native.ts";

/** Hash functions by the names of the registry; null-prototype. */
const hashes: Readonly<Record<string, Hash | undefined>> = {
  __proto__: null,
  "SHA-1": Hash.Sha1,
  "SHA-256": Hash.Sha256,
  "SHA-384": Hash.Sha384,
  "SHA-512": Hash.Sha512,
  "SHA3-256": Hash.Sha3_256,
  "SHA3-384": Hash.Sha3_384,
  "SHA3-512": Hash.Sha3_512,
} as unknown as Record<string, Hash | undefined>;

function registerHash(name: string): void {
  const hash = hashes[name]!;
  registerAlgorithm({ name, digest: { run: (_params, data) => succeeded(digest(hash, data), name) } });
}

registerLater(() => {
  for (const name in hashes) registerHash(name);
});

/** HashAlgorithmIdentifier. @throws NotSupportedError for what is no hash function, or one that no other algorithm takes */
export function toHash(value: unknown, context: string): HashAlgorithm {
  const { name } = normalize(toAlgorithmIdentifier(value), "digest", context).algorithm;
  return hashNamed(name);
}

/** The `hash` member of a dictionary, which must be there. */
export function requiredHash(dictionary: Dictionary, context: string): HashAlgorithm {
  return toHash(required(dictionary, "hash", context), context);
}

/** By its name in the registry. */
export function hashNamed(name: string): HashAlgorithm {
  const hash = hashes[name];
  if (hash === undefined) throw notSupported(`${name} is no hash function of fixed length`);
  return { name, hash };
}

/** Bits of the hash function's block, which is the length of an HMAC key by default. */
export function blockBits(hash: Hash): number {
  switch (hash) {
    case Hash.Sha1:
    case Hash.Sha256:
      return 512;
    case Hash.Sha384:
    case Hash.Sha512:
      return 1024;
    case Hash.Sha3_256:
      return 1088;
    case Hash.Sha3_384:
      return 832;
    case Hash.Sha3_512:
      return 576;
  }
}
