/** Web Cryptography: ContextParams and Ed448Params, and signatures over the message itself. */
import type { Algorithm, Params } from "./algorithms.ts";
import { makeParams } from "./algorithms.ts";
import { requireType } from "./asymmetric.ts";
import { type Dictionary, optionalBytes } from "./dictionaries.ts";
import { succeeded } from "./errors.ts";
import { Scheme, sign, verify } from "./native.ts";

export function contextParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ context: optionalBytes(dictionary, "context", context) });
}

/** EdDSA and ML-DSA. `params`: absent where there is no context. */
export function pureSignatures(params?: typeof contextParams): Pick<Algorithm, "sign" | "verify"> {
  return {
    sign: {
      params,
      run: ({ context }, key, data) =>
        succeeded(sign(requireType(key, "private"), Scheme.Pure, 0, 0, data, context), "Signing"),
    },
    verify: {
      params,
      run: ({ context }, key, signature, data) =>
        succeeded(verify(requireType(key, "public"), Scheme.Pure, 0, 0, signature, data, context), "Verifying"),
    },
  };
}
