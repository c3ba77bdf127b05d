/**
 * Web Cryptography: CryptoKey. https://w3c.github.io/webcrypto/#cryptokey-interface
 */
import { NativeTypeError, NativeUint8Array, ObjectDefineProperty, isObject, newArray } from "../core/primordials.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import type { Handle } from "./native.ts";
import type { KeyUsage } from "./usages.ts";
import { type PlatformSteps, platformObject } from "../core/platform-objects.ts";

export type KeyType = "public" | "private" | "secret";

/** [[algorithm]]; guests get an object of their own. Null-prototype. */
export interface KeyAlgorithm {
  readonly name: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
  readonly hash?: string;
  readonly length?: number;
  readonly namedCurve?: string;
}

export interface KeyState {
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly algorithm: KeyAlgorithm;
  /** In the order of the specification, without duplicates. */
  readonly usages: readonly KeyUsage[];
  /** A secret key's bytes. */
  readonly secret: Uint8Array | undefined;
  /** Everything else is in the engine. Keys of one pair share it. */
  readonly handle: Handle | undefined;
}

let stateOf: (key: object) => KeyState | undefined;

/** https://w3c.github.io/webcrypto/#cryptokey-interface-clone. Nothing of a state ever changes: clones share it. */
const steps: PlatformSteps<CryptoKey, KeyState> = {
  __proto__: null,
  serialize: (key: CryptoKey) => stateOf(key),
  deserialize: (state: KeyState) => makeKey(state),
} as PlatformSteps<CryptoKey, KeyState>;

/** https://w3c.github.io/webcrypto/#cryptokey-interface */
export class CryptoKey {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #state: KeyState;
  #algorithm: object | undefined;
  #usages: readonly string[] | undefined;

  constructor() {
    requireInternal(arguments[0]);
    this.#state = arguments[1] as KeyState;
  }

  static {
    stateOf = (key) => (#state in key ? key.#state : undefined);
  }

  get type(): KeyType {
    return this.#state.type;
  }

  get extractable(): boolean {
    return this.#state.extractable;
  }

  get algorithm(): object {
    return (this.#algorithm ??= describe(this.#state.algorithm));
  }

  get usages(): readonly string[] {
    return (this.#usages ??= newArray(this.#state.usages));
  }
}

publishInterface(CryptoKey, "CryptoKey");

function define(target: object, key: string, value: unknown): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/** [[algorithm_cached]] */
function describe(algorithm: KeyAlgorithm): object {
  const object = { name: algorithm.name };
  if (algorithm.modulusLength !== undefined) define(object, "modulusLength", algorithm.modulusLength);
  if (algorithm.publicExponent !== undefined) {
    define(object, "publicExponent", new NativeUint8Array(algorithm.publicExponent));
  }
  if (algorithm.hash !== undefined) define(object, "hash", { name: algorithm.hash });
  if (algorithm.length !== undefined) define(object, "length", algorithm.length);
  if (algorithm.namedCurve !== undefined) define(object, "namedCurve", algorithm.namedCurve);
  return object;
}

// Not `new CryptoKey`, whose type takes no arguments.
const Construct = CryptoKey as unknown as new (token: symbol, state: KeyState) => CryptoKey;

export function makeKey(state: KeyState): CryptoKey {
  return new Construct(internalConstruction, state);
}

export function secretKey(
  algorithm: KeyAlgorithm,
  extractable: boolean,
  usages: readonly KeyUsage[],
  secret: Uint8Array,
): CryptoKey {
  return makeKey({ type: "secret", extractable, algorithm, usages, secret, handle: undefined });
}

export function handleKey(
  type: "public" | "private",
  algorithm: KeyAlgorithm,
  extractable: boolean,
  usages: readonly KeyUsage[],
  handle: Handle,
): CryptoKey {
  return makeKey({ type, extractable, algorithm, usages, secret: undefined, handle });
}

/** Brand check: the state of a CryptoKey, undefined of anything else. */
export function keyStateOf(value: unknown): KeyState | undefined {
  return isObject(value) ? stateOf(value) : undefined;
}

/** https://webidl.spec.whatwg.org/#js-interface */
export function toKey(value: unknown, what: string, context: string): KeyState {
  const state = keyStateOf(value);
  if (state === undefined) throw new NativeTypeError(`${context}: ${what} is not of type 'CryptoKey'.`);
  return state;
}

export interface CryptoKeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** An object of a guest's realm: both keys as ordinary properties. */
export function keyPair(publicKey: CryptoKey, privateKey: CryptoKey): CryptoKeyPair {
  return { publicKey, privateKey };
}
