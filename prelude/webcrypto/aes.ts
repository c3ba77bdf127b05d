/**
 * Web Cryptography: AES-CTR, AES-CBC, AES-GCM, AES-KW, and AES-OCB of the modern algorithms.
 * https://w3c.github.io/webcrypto/#aes-ctr-description https://wicg.github.io/webcrypto-modern-algos/#aes-ocb
 */
import { TypedArrayByteLength } from "../core/primordials.ts";
import {
  type Algorithm,
  type Operation,
  type Params,
  type Transform,
  keyAlgorithm,
  makeParams,
  registerAlgorithm,
  registerLater,
} from "./algorithms.ts";
import { secretKey } from "./crypto-key.ts";
import { type Dictionary, optionalBytes, required, toCopiedBytes, toOctet } from "./dictionaries.ts";
import { dataError, operationError, succeeded } from "./errors.ts";
import { CipherMode, cipher } from "./native.ts";
import { type RawFormats, exportSecret, importSecret, lengthParams, randomBytes } from "./symmetric.ts";
import { type KeyUsage, includes, requireUsages } from "./usages.ts";

const gcmTagLengths: readonly number[] = [32, 64, 96, 104, 112, 120, 128];
const ocbTagLengths: readonly number[] = [64, 96, 128];
const ocbIvMax = 15;

function isKeyLength(bits: number): boolean {
  return bits === 128 || bits === 192 || bits === 256;
}

/** @throws OperationError */
function checkedLength(params: Params): number {
  if (isKeyLength(params.length!)) return params.length!;
  throw operationError("The key length must be 128, 192 or 256 bits");
}

/** What all modes have: keys. `suffix` as in the JWK's alg, "A128CBC". */
function keys(
  name: string,
  suffix: string,
  allowed: readonly KeyUsage[],
  formats: RawFormats,
): Omit<Algorithm, "name"> {
  return {
    generateKey: {
      params: lengthParams,
      check: checkedLength,
      run(params, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        const length = checkedLength(params);
        return secretKey(keyAlgorithm({ name, length }), extractable, allowedUsages, randomBytes(length / 8));
      },
    },
    importKey: {
      run(_params, data, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        const alg = (bytes: number): string => `A${bytes * 8}${suffix}`;
        const secret = importSecret(data, formats, "enc", alg, extractable, allowedUsages);
        const length = TypedArrayByteLength(secret) * 8;
        if (!isKeyLength(length)) throw dataError("The key must have 128, 192 or 256 bits");
        return secretKey(keyAlgorithm({ name, length }), extractable, allowedUsages, secret);
      },
    },
    exportKey: {
      run: (key, format) => exportSecret(key, format, formats, `A${key.algorithm.length}${suffix}`),
    },
    getKeyLength: {
      params: lengthParams,
      run: checkedLength,
    },
  };
}

const cipherUsages: readonly KeyUsage[] = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];

function both(
  params: (dictionary: Dictionary, context: string) => Params,
  transform: (encrypt: boolean) => Transform,
): { readonly encrypt: Operation<Transform>; readonly decrypt: Operation<Transform> } {
  return { encrypt: { params, run: transform(true) }, decrypt: { params, run: transform(false) } };
}

function cbcParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ iv: toCopiedBytes(required(dictionary, "iv", context), "iv", context) });
}

registerLater(() =>
  registerAlgorithm({
    name: "AES-CBC",
    ...keys("AES-CBC", "CBC", cipherUsages, "raw and raw-secret"),
    ...both(cbcParams, (encrypt) => (params, key, data) => {
      if (TypedArrayByteLength(params.iv!) !== 16) throw operationError("The iv must have 16 bytes");
      return succeeded(cipher(CipherMode.Cbc, encrypt, key.secret!, params.iv, data), "The operation");
    }),
  }),
);

function ctrParams(dictionary: Dictionary, context: string): Params {
  return makeParams({
    counter: toCopiedBytes(required(dictionary, "counter", context), "counter", context),
    length: toOctet(required(dictionary, "length", context), context),
  });
}

registerLater(() =>
  registerAlgorithm({
    name: "AES-CTR",
    ...keys("AES-CTR", "CTR", cipherUsages, "raw and raw-secret"),
    ...both(ctrParams, () => ({ counter, length }, key, data) => {
      if (TypedArrayByteLength(counter!) !== 16) throw operationError("The counter must have 16 bytes");
      if (length! < 1 || length! > 128) throw operationError("The counter's length must be 1 to 128 bits");
      return succeeded(cipher(CipherMode.Ctr, true, key.secret!, counter, data, undefined, length), "The operation");
    }),
  }),
);

/** AesGcmParams and AeadParams. */
export function aeadParams(dictionary: Dictionary, context: string): Params {
  const additional = optionalBytes(dictionary, "additionalData", context);
  const iv = toCopiedBytes(required(dictionary, "iv", context), "iv", context);
  const { tagLength } = dictionary;
  return makeParams({
    additionalData: additional,
    iv,
    tagLength: tagLength === undefined ? undefined : toOctet(tagLength, context),
  });
}

/** An authenticated mode, its tag's lengths checked. */
export function authenticated(
  mode: CipherMode,
  tagLengths: readonly number[],
  ivFits: (bytes: number) => boolean,
): (encrypt: boolean) => Transform {
  return (encrypt) =>
    ({ additionalData, iv, tagLength = 128 }, key, data) => {
      if (!includes(tagLengths, tagLength)) throw operationError(`A tag of ${tagLength} bits is not possible`);
      const ivLength = TypedArrayByteLength(iv!);
      if (!ivFits(ivLength)) throw operationError(`An iv of ${ivLength} bytes is not possible`);
      const result = cipher(mode, encrypt, key.secret!, iv, data, additionalData, tagLength);
      return succeeded(result, encrypt ? "The encryption" : "The authentication of the data");
    };
}

registerLater(() =>
  registerAlgorithm({
    name: "AES-GCM",
    ...keys("AES-GCM", "GCM", cipherUsages, "raw and raw-secret"),
    ...both(
      aeadParams,
      authenticated(CipherMode.Gcm, gcmTagLengths, (bytes) => bytes > 0),
    ),
  }),
);

registerLater(() =>
  registerAlgorithm({
    name: "AES-OCB",
    ...keys("AES-OCB", "OCB", cipherUsages, "raw-secret"),
    ...both(
      aeadParams,
      authenticated(CipherMode.Ocb, ocbTagLengths, (bytes) => bytes > 0 && bytes <= ocbIvMax),
    ),
  }),
);

function wrap(encrypt: boolean): Operation<Transform> {
  return {
    run: (_params, key, data) =>
      succeeded(cipher(CipherMode.Kw, encrypt, key.secret!, undefined, data), encrypt ? "Wrapping" : "Unwrapping"),
  };
}

registerLater(() =>
  registerAlgorithm({
    name: "AES-KW",
    ...keys("AES-KW", "KW", ["wrapKey", "unwrapKey"], "raw and raw-secret"),
    wrapKey: wrap(true),
    unwrapKey: wrap(false),
  }),
);
