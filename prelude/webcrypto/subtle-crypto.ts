/**
 * Web Cryptography: SubtleCrypto. https://w3c.github.io/webcrypto/#subtlecrypto-interface
 *
 * What the specification does "in parallel" happens before the promise is returned, so that its time is the caller's and
 * its input is what was there at the call. The promise settles in a microtask.
 */
import { NativeTypeError, NativeUint8Array, ReflectConstruct } from "../core/primordials.ts";
import { executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import "./aes.ts";
import {
  type Algorithm,
  type AlgorithmIdentifier,
  type EncapsulatedBits,
  type KeyData,
  type Normalized,
  type OperationName,
  algorithmOfKey,
  normalize,
  toAlgorithmIdentifier,
} from "./algorithms.ts";
import "./argon2.ts";
import "./chacha20-poly1305.ts";
import { type CryptoKey, type CryptoKeyPair, type KeyState, keyStateOf, toKey } from "./crypto-key.ts";
import { toBytes } from "./dictionaries.ts";
import "./ec.ts";
import { invalidAccess, notSupported, syntaxError } from "./errors.ts";
import "./hashes.ts";
import type { JsonWebKey } from "./jwk.ts";
import "./kdfs.ts";
import { exportBytes, exportKey, matchFormat, parseKeyData, toFormat, toKeyData } from "./key-data.ts";
import "./macs.ts";
import "./ml-dsa.ts";
import "./ml-kem.ts";
import "./okp.ts";
import "./rsa.ts";
import { supports } from "./supports.ts";
import { type KeyUsage, includes, toUsages } from "./usages.ts";
import "./xofs.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** unsigned long? = null, without [EnforceRange] */
function toLength(value: unknown): number | null {
  return value === null || value === undefined ? null : +(value as number) >>> 0;
}

/** @throws InvalidAccessError unless the key is for this algorithm and this use */
function requireKey(key: KeyState, algorithm: Algorithm, usage: KeyUsage): void {
  if (key.algorithm.name !== algorithm.name) throw invalidAccess("The key is for another algorithm");
  if (!includes(key.usages, usage)) throw invalidAccess(`The key is not for '${usage}'`);
}

/** @throws SyntaxError for a secret or private key without a use */
function requireSomeUsage(key: CryptoKey): CryptoKey {
  const state = keyStateOf(key)!;
  if (state.type !== "public" && state.usages.length === 0) throw syntaxError("The key must have at least one usage");
  return key;
}

/** The first of two operations that the algorithm has. */
function normalizeEither<A extends OperationName, B extends OperationName>(
  identifier: AlgorithmIdentifier,
  first: A,
  second: B,
  context: string,
): Normalized<A> | Normalized<B> {
  let normalized: Normalized<A>;
  try {
    normalized = normalize(identifier, first, context);
  } catch {
    return normalize(identifier, second, context);
  }
  return normalized;
}

/** encrypt, decrypt and sign: bytes of a key's. `present`: how many arguments there were. */
function transform(
  name: "encrypt" | "decrypt" | "sign",
  present: number,
  algorithm: unknown,
  key: unknown,
  data: unknown,
): ArrayBuffer {
  const context = executing(name, "SubtleCrypto");
  requireArguments(present, 3, context);
  const identifier = toAlgorithmIdentifier(algorithm);
  const state = toKey(key, "parameter 2", context);
  const bytes = toBytes(data, "parameter 3", context);
  const normalized = normalize(identifier, name, context);
  requireKey(state, normalized.algorithm, name);
  return normalized.operation.run(normalized.params, state, bytes);
}

/** A key out of bytes that were derived or encapsulated. */
function importSecret(
  normalized: Normalized<"importKey">,
  secret: ArrayBuffer,
  extractable: boolean,
  usages: readonly KeyUsage[],
): CryptoKey {
  const data: KeyData = { format: "raw-secret", bytes: new NativeUint8Array(secret) };
  return requireSomeUsage(normalized.operation.run(normalized.params, data, extractable, usages));
}

/** https://w3c.github.io/webcrypto/#subtlecrypto-interface */
export class SubtleCrypto {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #brand = undefined;

  constructor() {
    requireInternal(arguments[0]);
  }

  static #check(value: object): void {
    if (!(#brand in value)) throw new NativeTypeError("Illegal invocation");
  }

  static supports(operation: unknown, algorithm: unknown, lengthOrAdditional: unknown = null): boolean {
    requireArguments(arguments.length, 2, executing("supports", "SubtleCrypto"));
    return supports(toDOMString(operation), toAlgorithmIdentifier(algorithm), lengthOrAdditional);
  }

  async encrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    return transform("encrypt", arguments.length, algorithm, key, data);
  }

  async decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    return transform("decrypt", arguments.length, algorithm, key, data);
  }

  async sign(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    return transform("sign", arguments.length, algorithm, key, data);
  }

  async verify(algorithm: unknown, key: unknown, signature: unknown, data: unknown): Promise<boolean> {
    SubtleCrypto.#check(this);
    const context = executing("verify", "SubtleCrypto");
    requireArguments(arguments.length, 4, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const signatureBytes = toBytes(signature, "parameter 3", context);
    const bytes = toBytes(data, "parameter 4", context);
    const normalized = normalize(identifier, "verify", context);
    requireKey(state, normalized.algorithm, "verify");
    return normalized.operation.run(normalized.params, state, signatureBytes, bytes);
  }

  async digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    const context = executing("digest", "SubtleCrypto");
    requireArguments(arguments.length, 2, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const bytes = toBytes(data, "parameter 2", context);
    const normalized = normalize(identifier, "digest", context);
    return normalized.operation.run(normalized.params, bytes);
  }

  async generateKey(algorithm: unknown, extractable: unknown, keyUsages: unknown): Promise<CryptoKey | CryptoKeyPair> {
    SubtleCrypto.#check(this);
    const context = executing("generateKey", "SubtleCrypto");
    requireArguments(arguments.length, 3, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const usages = toUsages(keyUsages, context);
    const normalized = normalize(identifier, "generateKey", context);
    const result = normalized.operation.run(normalized.params, !!extractable, usages);
    requireSomeUsage(keyStateOf(result) === undefined ? (result as CryptoKeyPair).privateKey : (result as CryptoKey));
    return result;
  }

  async deriveKey(
    algorithm: unknown,
    baseKey: unknown,
    derivedKeyType: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    SubtleCrypto.#check(this);
    const context = executing("deriveKey", "SubtleCrypto");
    requireArguments(arguments.length, 5, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(baseKey, "parameter 2", context);
    const derived = toAlgorithmIdentifier(derivedKeyType);
    const usages = toUsages(keyUsages, context);
    const normalized = normalize(identifier, "deriveBits", context);
    const importing = normalize(derived, "importKey", context);
    const measuring = normalize(derived, "getKeyLength", context);
    requireKey(state, normalized.algorithm, "deriveKey");
    const length = measuring.operation.run(measuring.params);
    const secret = normalized.operation.run(normalized.params, state, length);
    return importSecret(importing, secret, !!extractable, usages);
  }

  async deriveBits(algorithm: unknown, baseKey: unknown, length: unknown = null): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    const context = executing("deriveBits", "SubtleCrypto");
    requireArguments(arguments.length, 2, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(baseKey, "parameter 2", context);
    const bits = toLength(length);
    const normalized = normalize(identifier, "deriveBits", context);
    requireKey(state, normalized.algorithm, "deriveBits");
    return normalized.operation.run(normalized.params, state, bits);
  }

  async importKey(
    format: unknown,
    keyData: unknown,
    algorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    SubtleCrypto.#check(this);
    const context = executing("importKey", "SubtleCrypto");
    requireArguments(arguments.length, 5, context);
    const keyFormat = toFormat(format, context);
    const given = toKeyData(keyData, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const usages = toUsages(keyUsages, context);
    const normalized = normalize(identifier, "importKey", context);
    const data = matchFormat(keyFormat, given, context);
    return requireSomeUsage(normalized.operation.run(normalized.params, data, !!extractable, usages));
  }

  async exportKey(format: unknown, key: unknown): Promise<ArrayBuffer | JsonWebKey> {
    SubtleCrypto.#check(this);
    const context = executing("exportKey", "SubtleCrypto");
    requireArguments(arguments.length, 2, context);
    const keyFormat = toFormat(format, context);
    return exportKey(toKey(key, "parameter 2", context), keyFormat);
  }

  async wrapKey(format: unknown, key: unknown, wrappingKey: unknown, wrapAlgorithm: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    const context = executing("wrapKey", "SubtleCrypto");
    requireArguments(arguments.length, 4, context);
    const keyFormat = toFormat(format, context);
    const state = toKey(key, "parameter 2", context);
    const wrapping = toKey(wrappingKey, "parameter 3", context);
    const identifier = toAlgorithmIdentifier(wrapAlgorithm);
    const normalized = normalizeEither(identifier, "wrapKey", "encrypt", context);
    requireKey(wrapping, normalized.algorithm, "wrapKey");
    const bytes = exportBytes(state, keyFormat, normalized.algorithm.name === "AES-KW" ? 8 : 1);
    return normalized.operation.run(normalized.params, wrapping, bytes);
  }

  async unwrapKey(
    format: unknown,
    wrappedKey: unknown,
    unwrappingKey: unknown,
    unwrapAlgorithm: unknown,
    unwrappedKeyAlgorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    SubtleCrypto.#check(this);
    const context = executing("unwrapKey", "SubtleCrypto");
    requireArguments(arguments.length, 7, context);
    const keyFormat = toFormat(format, context);
    const wrapped = toBytes(wrappedKey, "parameter 2", context);
    const unwrapping = toKey(unwrappingKey, "parameter 3", context);
    const identifier = toAlgorithmIdentifier(unwrapAlgorithm);
    const keyIdentifier = toAlgorithmIdentifier(unwrappedKeyAlgorithm);
    const usages = toUsages(keyUsages, context);
    const normalized = normalizeEither(identifier, "unwrapKey", "decrypt", context);
    const importing = normalize(keyIdentifier, "importKey", context);
    requireKey(unwrapping, normalized.algorithm, "unwrapKey");
    const bytes = new NativeUint8Array(normalized.operation.run(normalized.params, unwrapping, wrapped));
    const data = parseKeyData(keyFormat, bytes);
    return requireSomeUsage(importing.operation.run(importing.params, data, !!extractable, usages));
  }

  async encapsulateKey(
    algorithm: unknown,
    key: unknown,
    sharedKeyAlgorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<{ readonly sharedKey: CryptoKey; readonly ciphertext: ArrayBuffer }> {
    SubtleCrypto.#check(this);
    const context = executing("encapsulateKey", "SubtleCrypto");
    requireArguments(arguments.length, 5, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const shared = toAlgorithmIdentifier(sharedKeyAlgorithm);
    const usages = toUsages(keyUsages, context);
    const normalized = normalize(identifier, "encapsulate", context);
    const importing = normalize(shared, "importKey", context);
    requireKey(state, normalized.algorithm, "encapsulateKey");
    const bits = normalized.operation.run(normalized.params, state);
    return { sharedKey: importSecret(importing, bits.sharedKey, !!extractable, usages), ciphertext: bits.ciphertext };
  }

  async encapsulateBits(algorithm: unknown, key: unknown): Promise<EncapsulatedBits> {
    SubtleCrypto.#check(this);
    const context = executing("encapsulateBits", "SubtleCrypto");
    requireArguments(arguments.length, 2, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const normalized = normalize(identifier, "encapsulate", context);
    requireKey(state, normalized.algorithm, "encapsulateBits");
    return normalized.operation.run(normalized.params, state);
  }

  async decapsulateKey(
    algorithm: unknown,
    key: unknown,
    ciphertext: unknown,
    sharedKeyAlgorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    SubtleCrypto.#check(this);
    const context = executing("decapsulateKey", "SubtleCrypto");
    requireArguments(arguments.length, 6, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const bytes = toBytes(ciphertext, "parameter 3", context);
    const shared = toAlgorithmIdentifier(sharedKeyAlgorithm);
    const usages = toUsages(keyUsages, context);
    const normalized = normalize(identifier, "decapsulate", context);
    const importing = normalize(shared, "importKey", context);
    requireKey(state, normalized.algorithm, "decapsulateKey");
    const secret = normalized.operation.run(normalized.params, state, bytes);
    return importSecret(importing, secret, !!extractable, usages);
  }

  async decapsulateBits(algorithm: unknown, key: unknown, ciphertext: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    const context = executing("decapsulateBits", "SubtleCrypto");
    requireArguments(arguments.length, 3, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const bytes = toBytes(ciphertext, "parameter 3", context);
    const normalized = normalize(identifier, "decapsulate", context);
    requireKey(state, normalized.algorithm, "decapsulateBits");
    return normalized.operation.run(normalized.params, state, bytes);
  }

  async getPublicKey(key: unknown, keyUsages: unknown): Promise<CryptoKey> {
    SubtleCrypto.#check(this);
    const context = executing("getPublicKey", "SubtleCrypto");
    requireArguments(arguments.length, 2, context);
    const state = toKey(key, "parameter 1", context);
    const usages = toUsages(keyUsages, context);
    const algorithm = algorithmOfKey(state, "getPublicKey");
    if (algorithm === undefined) throw notSupported(`Keys for ${state.algorithm.name} have no public half`);
    if (state.type !== "private") throw invalidAccess("The key is not a private key");
    return algorithm.getPublicKey!.run(state, usages);
  }
}

publishInterface(SubtleCrypto, "SubtleCrypto");

/** The one instance. */
export const subtle = ReflectConstruct(SubtleCrypto, [internalConstruction]) as SubtleCrypto;
