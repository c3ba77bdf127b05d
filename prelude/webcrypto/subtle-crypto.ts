/**
 * Web Cryptography: SubtleCrypto. https://w3c.github.io/webcrypto/#subtlecrypto-interface
 *
 * What the specification does "in parallel" happens before the promise is returned, so that its time is the caller's and
 * its input is what was there at the call. The promise settles in a microtask.
 */
import { Op } from "../engine.ts";
import { NativeTypeError, NativeUint8Array, ReflectConstruct } from "../primordials.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import "./aes.ts";
import {
  type Algorithm,
  type KeyData,
  type KeyFormat,
  type Normalized,
  type OperationName,
  algorithmOfKey,
  normalize,
  toAlgorithmIdentifier,
} from "./algorithms.ts";
import "./chacha20-poly1305.ts";
import { type CryptoKey, type CryptoKeyPair, type KeyState, keyStateOf, toKey } from "./crypto-key.ts";
import { toBytes } from "./dictionaries.ts";
import "./ec.ts";
import { invalidAccess, notSupported, syntaxError } from "./errors.ts";
import "./hashes.ts";
import { type JsonWebKey, parseJwk, stringifyJwk, toJsonWebKey } from "./jwk.ts";
import "./kdfs.ts";
import "./macs.ts";
import "./okp.ts";
import "./rsa.ts";
import { supports } from "./supports.ts";
import { type KeyUsage, includes, toUsages } from "./usages.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../platform-objects.ts";

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

function toFormat(value: unknown, context: string): KeyFormat {
  const format = toDOMString(value);
  if (includes(formats, format)) return format as KeyFormat;
  throw new NativeTypeError(`${context}: The provided value '${format}' is not a valid enum value of type KeyFormat.`);
}

/** [EnforceRange] is not there: unsigned long? = null */
function toLength(value: unknown): number | null {
  return value === null || value === undefined ? null : +(value as number) >>> 0;
}

/** (BufferSource or JsonWebKey), not yet known to fit the format. */
function toKeyData(value: unknown, context: string): Uint8Array | JsonWebKey {
  return bytesOf(value) ?? toJsonWebKey(value, context);
}

function matchFormat(format: KeyFormat, data: Uint8Array | JsonWebKey, isBytes: boolean, context: string): KeyData {
  if (format === "jwk") {
    if (isBytes) throw new NativeTypeError(`${context}: Key data of format 'jwk' must be a JsonWebKey.`);
    return { format, jwk: data as JsonWebKey };
  }
  if (!isBytes) throw new NativeTypeError(`${context}: Key data of format '${format}' must be a BufferSource.`);
  return { format, bytes: data as Uint8Array };
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

function exportKey(key: KeyState, format: KeyFormat): ArrayBuffer | JsonWebKey {
  const algorithm = algorithmOfKey(key, "exportKey");
  if (algorithm === undefined) throw notSupported(`Keys for ${key.algorithm.name} cannot be exported`);
  if (!key.extractable) throw invalidAccess("The key is not extractable");
  return algorithm.exportKey!.run(key, format);
}

/** The first of two operations that the algorithm has. */
function normalizeEither<A extends OperationName, B extends OperationName>(
  identifier: object | string,
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
    const context = executing("encrypt", "SubtleCrypto");
    requireArguments(arguments.length, 3, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const bytes = toBytes(data, "parameter 3", context);
    const normalized = normalize(identifier, "encrypt", context);
    requireKey(state, normalized.algorithm, "encrypt");
    return normalized.operation.run(normalized.params, state, bytes);
  }

  async decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    const context = executing("decrypt", "SubtleCrypto");
    requireArguments(arguments.length, 3, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const bytes = toBytes(data, "parameter 3", context);
    const normalized = normalize(identifier, "decrypt", context);
    requireKey(state, normalized.algorithm, "decrypt");
    return normalized.operation.run(normalized.params, state, bytes);
  }

  async sign(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    SubtleCrypto.#check(this);
    const context = executing("sign", "SubtleCrypto");
    requireArguments(arguments.length, 3, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const state = toKey(key, "parameter 2", context);
    const bytes = toBytes(data, "parameter 3", context);
    const normalized = normalize(identifier, "sign", context);
    requireKey(state, normalized.algorithm, "sign");
    return normalized.operation.run(normalized.params, state, bytes);
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
    const data: KeyData = { format: "raw-secret", bytes: new NativeUint8Array(secret) };
    return requireSomeUsage(importing.operation.run(importing.params, data, !!extractable, usages));
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
    const isBytes = bytesOf(keyData) !== undefined;
    const given = toKeyData(keyData, context);
    const identifier = toAlgorithmIdentifier(algorithm);
    const usages = toUsages(keyUsages, context);
    const normalized = normalize(identifier, "importKey", context);
    const data = matchFormat(keyFormat, given, isBytes, context);
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
    const exported = exportKey(state, keyFormat);
    const bytes =
      keyFormat === "jwk"
        ? op(Op.Utf8Encode, stringifyJwk(exported as JsonWebKey))
        : new NativeUint8Array(exported as ArrayBuffer);
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
    const data: KeyData =
      keyFormat === "jwk"
        ? { format: keyFormat, jwk: parseJwk(op(Op.Utf8Decode, bytes, false)!) }
        : { format: keyFormat, bytes };
    return requireSomeUsage(importing.operation.run(importing.params, data, !!extractable, usages));
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
