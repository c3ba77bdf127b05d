/**
 * Web Cryptography: RSASSA-PKCS1-v1_5, RSA-PSS, RSA-OAEP. https://w3c.github.io/webcrypto/#rsassa-pkcs1
 */
import { TypedArrayByteLength, newList } from "../core/primordials.ts";
import {
  type Algorithm,
  type Params,
  keyAlgorithm,
  makeParams,
  registerAlgorithm,
  registerLater,
} from "./algorithms.ts";
import { type Imported, type PairUsages, pairOperations, requireType, signatureUsages } from "./asymmetric.ts";
import { type KeyAlgorithm, type KeyState } from "./crypto-key.ts";
import { type Dictionary, optionalBytes, required, toBigInteger, toUnsignedLong } from "./dictionaries.ts";
import { dataError, decoded, notSupported, succeeded } from "./errors.ts";
import { hashNamed, requiredHash } from "./hashes.ts";
import { type JsonWebKey, checkJwk, jwkBytes, makeJwk } from "./jwk.ts";
import {
  type Handle,
  type Hash,
  KeyKind,
  Scheme,
  components,
  generateRsa,
  importRsa,
  rsaOaep,
  sign,
  verify,
} from "./native.ts";

const jwkMembers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;

function generateParams(dictionary: Dictionary, context: string): Params {
  const modulusLength = toUnsignedLong(required(dictionary, "modulusLength", context), context);
  const publicExponent = toBigInteger(required(dictionary, "publicExponent", context), "publicExponent", context);
  return makeParams({ modulusLength, publicExponent, hash: requiredHash(dictionary, context) });
}

function importParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ hash: requiredHash(dictionary, context) });
}

/** "256" of "SHA-256"; undefined where JWA has no name. */
function hashSuffix(hash: string): string | undefined {
  switch (hash) {
    case "SHA-1":
      return "1";
    case "SHA-256":
      return "256";
    case "SHA-384":
      return "384";
    case "SHA-512":
      return "512";
    default:
      return undefined;
  }
}

function jwkAlg(name: string, hash: string): string | undefined {
  const suffix = hashSuffix(hash);
  if (suffix === undefined) return undefined;
  if (name === "RSASSA-PKCS1-v1_5") return `RS${suffix}`;
  if (name === "RSA-PSS") return `PS${suffix}`;
  return suffix === "1" ? "RSA-OAEP" : `RSA-OAEP-${suffix}`;
}

function bitLength(number: Uint8Array): number {
  let bits = (TypedArrayByteLength(number) - 1) * 8;
  for (let first = number[0]!; first > 0; first >>= 1) bits++;
  return bits;
}

function describe(name: string, hash: string, handle: Handle): KeyAlgorithm {
  const numbers = succeeded(components(handle, false), "Reading the key");
  return keyAlgorithm({ name, modulusLength: bitLength(numbers[0]!), publicExponent: numbers[1]!, hash });
}

function importJwk(jwk: JsonWebKey): Imported {
  const isPrivate = jwk.d !== undefined;
  if (isPrivate && jwk.oth !== undefined) throw notSupported("RSA keys of more than two primes are not supported");
  const numbers = newList<Uint8Array>();
  for (let index = 0; index < (isPrivate ? 8 : 2); index++) {
    numbers[numbers.length] = jwkBytes(jwk, jwkMembers[index]!);
  }
  return { type: isPrivate ? "private" : "public", handle: decoded(importRsa(numbers), "JWK") };
}

function keys(name: string, use: "sig" | "enc", usages: PairUsages): Omit<Algorithm, "name"> {
  return pairOperations({
    usages,
    generateParams,
    importParams,
    privateMember: "d",
    kindOf: () => KeyKind.Rsa,
    generate: ({ modulusLength, publicExponent }) => generateRsa(modulusLength!, publicExponent!),
    describe: ({ hash }, handle) => describe(name, hash!.name, handle),
    importJwk({ hash }, jwk, extractable, allowed) {
      checkJwk(jwk, "RSA", use, extractable, allowed);
      const alg = jwkAlg(name, hash!.name);
      if (jwk.alg !== undefined && alg !== undefined && jwk.alg !== alg) {
        throw dataError(`The JWK's alg is not "${alg}"`);
      }
      return importJwk(jwk);
    },
    exportJwk(key) {
      const numbers = succeeded(components(key.handle!, key.type === "private"), "Exporting");
      return makeJwk("RSA", key, jwkAlg(name, key.algorithm.hash!), undefined, jwkMembers, numbers);
    },
  });
}

function hashOf(key: KeyState): Hash {
  return hashNamed(key.algorithm.hash!).hash;
}

function signatures(
  scheme: Scheme,
  params?: (dictionary: Dictionary, context: string) => Params,
): Pick<Algorithm, "sign" | "verify"> {
  return {
    sign: {
      params,
      run: ({ saltLength = 0 }, key, data) =>
        succeeded(sign(requireType(key, "private"), scheme, hashOf(key), saltLength, data), "Signing"),
    },
    verify: {
      params,
      run: ({ saltLength = 0 }, key, signature, data) =>
        succeeded(verify(requireType(key, "public"), scheme, hashOf(key), saltLength, signature, data), "Verifying"),
    },
  };
}

registerLater(() =>
  registerAlgorithm({
    name: "RSASSA-PKCS1-v1_5",
    ...keys("RSASSA-PKCS1-v1_5", "sig", signatureUsages),
    ...signatures(Scheme.Pkcs1),
  }),
);

function pssParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ saltLength: toUnsignedLong(required(dictionary, "saltLength", context), context) });
}

registerLater(() =>
  registerAlgorithm({
    name: "RSA-PSS",
    ...keys("RSA-PSS", "sig", signatureUsages),
    ...signatures(Scheme.Pss, pssParams),
  }),
);

function oaepParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ label: optionalBytes(dictionary, "label", context) });
}

registerLater(() =>
  registerAlgorithm({
    name: "RSA-OAEP",
    ...keys("RSA-OAEP", "enc", { public: ["encrypt", "wrapKey"], private: ["decrypt", "unwrapKey"] }),
    encrypt: {
      params: oaepParams,
      run: ({ label }, key, data) =>
        succeeded(rsaOaep(requireType(key, "public"), true, hashOf(key), label, data), "Encrypting"),
    },
    decrypt: {
      params: oaepParams,
      run: ({ label }, key, data) =>
        succeeded(rsaOaep(requireType(key, "private"), false, hashOf(key), label, data), "Decrypting"),
    },
  }),
);
