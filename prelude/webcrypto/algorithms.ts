/**
 * Web Cryptography: the registered algorithms, and how what a guest names becomes one.
 * https://w3c.github.io/webcrypto/#algorithm-normalization
 */
import {
  ObjectSetPrototypeOf,
  SafeMap,
  StringPrototypeCharCodeAt,
  StringPrototypeToUpperCase,
  concatLists,
  isObject,
} from "../core/primordials.ts";
import { toDOMString } from "../webidl/converters.ts";
import type { CryptoKey, CryptoKeyPair, KeyAlgorithm, KeyState } from "./crypto-key.ts";
import { type Dictionary, required } from "./dictionaries.ts";
import { notSupported } from "./errors.ts";
import type { JsonWebKey } from "./jwk.ts";
import type { Hash } from "./native.ts";
import type { KeyUsage } from "./usages.ts";

export type KeyFormat = "raw" | "raw-public" | "raw-private" | "raw-seed" | "raw-secret" | "spki" | "pkcs8" | "jwk";

/** A hash function named by a member `hash`. */
export interface HashAlgorithm {
  readonly name: string;
  readonly hash: Hash;
}

/** What a dictionary says, converted; null-prototype. Which members there are is the algorithm's to know. */
export interface Params {
  readonly hash?: HashAlgorithm;
  readonly length?: number;
  readonly iv?: Uint8Array;
  readonly counter?: Uint8Array;
  readonly additionalData?: Uint8Array;
  readonly tagLength?: number;
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
  readonly saltLength?: number;
  readonly label?: Uint8Array;
  readonly salt?: Uint8Array;
  readonly info?: Uint8Array;
  readonly iterations?: number;
  readonly public?: KeyState;
  readonly context?: Uint8Array;
  readonly functionName?: Uint8Array;
  readonly customization?: Uint8Array;
  readonly domain?: number;
  readonly memory?: number;
  readonly parallelism?: number;
  readonly secretValue?: Uint8Array;
  readonly version?: number;
}

/** An operation of one algorithm: how its parameters are read, and what it does. */
export interface Operation<F> {
  /** Absent: the dictionary has no members but the name. */
  readonly params?: (dictionary: Dictionary, context: string) => Params;
  readonly run: F;
  /** What of its parameters can be refused before it runs, for `supports`. @throws as `run` would */
  readonly check?: (params: Params) => void;
}

export type KeyData =
  | { readonly format: Exclude<KeyFormat, "jwk">; readonly bytes: Uint8Array }
  | { readonly format: "jwk"; readonly jwk: JsonWebKey };

/** An object of a guest's realm. */
export interface EncapsulatedBits {
  readonly sharedKey: ArrayBuffer;
  readonly ciphertext: ArrayBuffer;
}

export type Transform = (params: Params, key: KeyState, data: Uint8Array) => ArrayBuffer;

/** An algorithm is what it can do. Plain objects: guests cannot reach them, but each has a null prototype. */
export interface Algorithm {
  readonly name: string;
  readonly encrypt?: Operation<Transform>;
  readonly decrypt?: Operation<Transform>;
  readonly sign?: Operation<Transform>;
  readonly verify?: Operation<(params: Params, key: KeyState, signature: Uint8Array, data: Uint8Array) => boolean>;
  readonly digest?: Operation<(params: Params, data: Uint8Array) => ArrayBuffer>;
  readonly generateKey?: Operation<
    (params: Params, extractable: boolean, usages: readonly KeyUsage[]) => CryptoKey | CryptoKeyPair
  >;
  /** length null: as much as the algorithm gives by itself. */
  readonly deriveBits?: Operation<(params: Params, key: KeyState, length: number | null) => ArrayBuffer>;
  readonly importKey?: Operation<
    (params: Params, data: KeyData, extractable: boolean, usages: readonly KeyUsage[]) => CryptoKey
  >;
  readonly exportKey?: Operation<(key: KeyState, format: KeyFormat) => ArrayBuffer | JsonWebKey>;
  readonly wrapKey?: Operation<Transform>;
  readonly unwrapKey?: Operation<Transform>;
  /** Bits of a key to be derived; null: the derivation chooses. */
  readonly getKeyLength?: Operation<(params: Params) => number | null>;
  readonly encapsulate?: Operation<(params: Params, key: KeyState) => EncapsulatedBits>;
  readonly decapsulate?: Operation<Transform>;
  /** Bits of the key that is encapsulated. */
  readonly sharedKeyLength?: number;
  /** The public half of a private key. */
  readonly getPublicKey?: Operation<(key: KeyState, usages: readonly KeyUsage[]) => CryptoKey>;
}

export type OperationName = Exclude<keyof Algorithm, "name" | "sharedKeyLength">;

const registered = new SafeMap<string, Algorithm>();

/** What registers the algorithms, until one is first asked for: isolates that never do have none of it in their heap. */
let registrations: readonly (() => void)[] | undefined = [];

/** `register` runs when an algorithm is first looked for. */
export function registerLater(register: () => void): void {
  registrations = concatLists(registrations!, [register]) as (() => void)[];
}

export function registerAlgorithm(algorithm: Algorithm): void {
  ObjectSetPrototypeOf(algorithm, null);
  for (const key in algorithm) {
    const member: unknown = algorithm[key as keyof Algorithm];
    if (isObject(member)) ObjectSetPrototypeOf(member, null);
  }
  registered.set(StringPrototypeToUpperCase(algorithm.name), algorithm);
}

function registerAll(): void {
  const all = registrations;
  if (all === undefined) return;
  for (let index = 0; index < all.length; index++) all[index]!();
  // Only now: a termination or a stack overflow may have come in between.
  registrations = undefined;
}

/** AlgorithmIdentifier: (object or DOMString) */
export type AlgorithmIdentifier = object | string;

export function toAlgorithmIdentifier(value: unknown): AlgorithmIdentifier {
  return isObject(value) ? value : toDOMString(value);
}

/** An operation ready to run. */
export interface Normalized<K extends OperationName> {
  readonly algorithm: Algorithm;
  readonly operation: NonNullable<Algorithm[K]>;
  readonly params: Params;
}

const noParams: Params = { __proto__: null } as Params;

function lookUp<K extends OperationName>(name: string, operation: K): Algorithm | undefined {
  // Beyond ASCII there are letters whose upper case is in ASCII.
  for (let index = 0; index < name.length; index++) {
    if (StringPrototypeCharCodeAt(name, index) > 0x7f) return undefined;
  }
  registerAll();
  const algorithm = registered.get(StringPrototypeToUpperCase(name));
  return algorithm?.[operation] === undefined ? undefined : algorithm;
}

/** https://w3c.github.io/webcrypto/#dfn-normalize-an-algorithm */
export function normalize<K extends OperationName>(
  identifier: AlgorithmIdentifier,
  operationName: K,
  context: string,
): Normalized<K> {
  const dictionary = typeof identifier === "string" ? undefined : (identifier as Dictionary);
  const name = dictionary === undefined ? (identifier as string) : toDOMString(required(dictionary, "name", context));
  const algorithm = lookUp(name, operationName);
  if (algorithm === undefined) throw notSupported(`${context}: Unrecognized algorithm name`);
  const operation = algorithm[operationName]!;
  const read = operation.params;
  if (read === undefined) return { algorithm, operation, params: noParams };
  const members = dictionary ?? ({ __proto__: null, name } as unknown as Dictionary);
  return { algorithm, operation, params: read(members, context) };
}

/** The algorithm of an existing key, if it has the operation. */
export function algorithmOfKey<K extends OperationName>(key: KeyState, operation: K): Algorithm | undefined {
  return lookUp(key.algorithm.name, operation);
}

/** A null-prototype KeyAlgorithm. */
export function keyAlgorithm(members: KeyAlgorithm): KeyAlgorithm {
  return { __proto__: null, ...members } as KeyAlgorithm;
}

/** Null-prototype Params. */
export function makeParams(members: Params): Params {
  return { __proto__: null, ...members } as Params;
}
