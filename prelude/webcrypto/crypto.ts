/**
 * Web Cryptography: the Crypto interface. https://w3c.github.io/webcrypto/#Crypto-interface
 */
import { DOMException } from "../errors/dom-exception.ts";
import { Op } from "../core/engine.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import {
  ArrayBufferByteLength,
  ArrayBufferIsView,
  NativeTypeError,
  NativeUint8Array,
  ReflectConstruct,
  TypedArrayBrand,
  TypedArrayBuffer,
  TypedArrayByteLength,
  newList,
} from "../core/primordials.ts";
import { QuotaExceededError } from "../errors/quota-exceeded-error.ts";
import { executing, requireArguments } from "../webidl/converters.ts";
import { internalConstruction, publishAttribute, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import { type SubtleCrypto, subtle } from "./subtle-crypto.ts";

/** Bytes one call of getRandomValues may ask for. */
const randomBytesMax = 65536;

const integerTypes: Readonly<Record<string, true | undefined>> = {
  __proto__: null,
  Int8Array: true,
  Int16Array: true,
  Int32Array: true,
  Uint8Array: true,
  Uint8ClampedArray: true,
  Uint16Array: true,
  Uint32Array: true,
  BigInt64Array: true,
  BigUint64Array: true,
} as unknown as Record<string, true | undefined>;

/** "00" to "ff", by byte. */
const digits = "0123456789abcdef";
const hexadecimal = newList<string>();
for (let byte = 0; byte < 256; byte++) hexadecimal[byte] = digits[byte >> 4]! + digits[byte & 15]!;

/** Where a UUID's bytes are drawn; made on first use, since the snapshot holds nothing that will be random. */
let uuidBytes: Uint8Array | undefined;

/** https://w3c.github.io/webcrypto/#Crypto-interface */
export class Crypto {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #brand = undefined;

  constructor() {
    requireInternal(arguments[0]);
  }

  static #check(value: object): void {
    if (!(#brand in value)) throw new NativeTypeError("Illegal invocation");
  }

  get subtle(): SubtleCrypto {
    Crypto.#check(this);
    return subtle;
  }

  /** https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues */
  getRandomValues<T>(array: T): T {
    Crypto.#check(this);
    const context = executing("getRandomValues", "Crypto");
    requireArguments(arguments.length, 1, context);
    if (!ArrayBufferIsView(array)) {
      throw new NativeTypeError(`${context}: parameter 1 is not of type 'ArrayBufferView'.`);
    }
    const brand = TypedArrayBrand(array);
    if (brand === undefined || integerTypes[brand] === undefined) {
      throw new DOMException(`${context}: The array is not of an integer type.`, "TypeMismatchError");
    }
    // Throws for memory shared between agents, which WebAssembly can still make.
    ArrayBufferByteLength(TypedArrayBuffer(array));
    const length = TypedArrayByteLength(array);
    if (length > randomBytesMax) {
      throw new QuotaExceededError(
        `${context}: The array's byte length (${length}) exceeds the number of bytes of entropy available ` +
          `via this API (${randomBytesMax}).`,
      );
    }
    op(Op.RandomFill, array, true);
    return array;
  }

  /** https://w3c.github.io/webcrypto/#Crypto-method-randomUUID */
  randomUUID(): string {
    Crypto.#check(this);
    const bytes = (uuidBytes ??= new NativeUint8Array(16));
    op(Op.RandomFill, bytes, true);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    let uuid = "";
    for (let index = 0; index < 16; index++) {
      if (index === 4 || index === 6 || index === 8 || index === 10) uuid += "-";
      uuid += hexadecimal[bytes[index]!]!;
    }
    return uuid;
  }
}

publishInterface(Crypto, "Crypto");
const crypto = ReflectConstruct(Crypto, [internalConstruction]) as Crypto;
publishAttribute("crypto", () => crypto);
