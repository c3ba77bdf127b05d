/**
 * Web Cryptography: HKDF and PBKDF2. https://w3c.github.io/webcrypto/#hkdf https://w3c.github.io/webcrypto/#pbkdf2
 */
import { NativeUint8Array } from "../core/primordials.ts";
import {
  type Algorithm,
  type Params,
  keyAlgorithm,
  makeParams,
  registerAlgorithm,
  registerLater,
} from "./algorithms.ts";
import { secretKey } from "./crypto-key.ts";
import { wholeBytes } from "./derivation.ts";
import { type Dictionary, required, toCopiedBytes, toUnsignedLong } from "./dictionaries.ts";
import { notSupported, operationError, succeeded, syntaxError } from "./errors.ts";
import { requiredHash } from "./hashes.ts";
import { hkdf, pbkdf2 } from "./native.ts";
import { type RawFormats, isRaw } from "./symmetric.ts";
import { requireUsages } from "./usages.ts";

/** Keys that come in, to derive from, and never go out. */
export function secretsToDeriveFrom(name: string, formats: RawFormats): Pick<Algorithm, "importKey" | "getKeyLength"> {
  return {
    importKey: {
      run(_params, data, extractable, usages) {
        if (data.format === "jwk" || !isRaw(data.format, formats)) {
          throw notSupported(`The format '${data.format}' is not one of this algorithm's`);
        }
        const allowedUsages = requireUsages(usages, ["deriveKey", "deriveBits"]);
        if (extractable) throw syntaxError(`Keys for ${name} are not extractable`);
        return secretKey(keyAlgorithm({ name }), false, allowedUsages, new NativeUint8Array(data.bytes));
      },
    },
    getKeyLength: { run: () => null },
  };
}

function hkdfParams(dictionary: Dictionary, context: string): Params {
  return makeParams({
    hash: requiredHash(dictionary, context),
    info: toCopiedBytes(required(dictionary, "info", context), "info", context),
    salt: toCopiedBytes(required(dictionary, "salt", context), "salt", context),
  });
}

registerLater(() =>
  registerAlgorithm({
    name: "HKDF",
    ...secretsToDeriveFrom("HKDF", "raw and raw-secret"),
    deriveBits: {
      params: hkdfParams,
      run: ({ hash, info, salt }, key, length) =>
        succeeded(hkdf(hash!.hash, key.secret!, salt!, info!, wholeBytes(length)), "The derivation"),
    },
  }),
);

function pbkdf2Params(dictionary: Dictionary, context: string): Params {
  const hash = requiredHash(dictionary, context);
  const iterations = toUnsignedLong(required(dictionary, "iterations", context), context);
  return makeParams({
    hash,
    iterations,
    salt: toCopiedBytes(required(dictionary, "salt", context), "salt", context),
  });
}

registerLater(() =>
  registerAlgorithm({
    name: "PBKDF2",
    ...secretsToDeriveFrom("PBKDF2", "raw and raw-secret"),
    deriveBits: {
      params: pbkdf2Params,
      run({ hash, iterations, salt }, key, length) {
        const bytes = wholeBytes(length);
        if (iterations === 0) throw operationError("There must be at least one iteration");
        return succeeded(pbkdf2(hash!.hash, key.secret!, salt!, iterations!, bytes), "The derivation");
      },
    },
  }),
);
