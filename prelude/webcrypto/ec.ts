/**
 * Web Cryptography: ECDSA and ECDH on NIST's curves. https://w3c.github.io/webcrypto/#ecdsa
 */
import { NativeUint8Array, TypedArrayBuffer, TypedArrayByteLength, Uint8ArraySet } from "../core/primordials.ts";
import { toDOMString } from "../webidl/converters.ts";
import {
  type Algorithm,
  type Params,
  keyAlgorithm,
  makeParams,
  registerAlgorithm,
  registerLater,
} from "./algorithms.ts";
import {
  type Imported,
  agreementUsages,
  isRawPublic,
  pairOperations,
  requireType,
  signatureUsages,
} from "./asymmetric.ts";
import { type KeyState, toKey } from "./crypto-key.ts";
import { firstBits } from "./derivation.ts";
import { type Dictionary, required } from "./dictionaries.ts";
import { dataError, decoded, invalidAccess, notSupported, succeeded } from "./errors.ts";
import { requiredHash } from "./hashes.ts";
import { type JsonWebKey, checkJwk, jwkBytes, makeJwk } from "./jwk.ts";
import { KeyKind, Scheme, agree, components, generateNamed, importRaw, sign, verify } from "./native.ts";

interface Curve {
  readonly name: string;
  readonly kind: KeyKind;
  readonly fieldBytes: number;
  /** The alg that ECDSA has with it in JWA. */
  readonly alg: string;
}

/** @throws NotSupportedError for another name */
function curveNamed(name: string): Curve {
  switch (name) {
    case "P-256":
      return { name, kind: KeyKind.P256, fieldBytes: 32, alg: "ES256" };
    case "P-384":
      return { name, kind: KeyKind.P384, fieldBytes: 48, alg: "ES384" };
    case "P-521":
      return { name, kind: KeyKind.P521, fieldBytes: 66, alg: "ES512" };
    default:
      throw notSupported(`Unrecognized namedCurve '${name}'`);
  }
}

function curveParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ namedCurve: toDOMString(required(dictionary, "namedCurve", context)) });
}

/** The uncompressed encoding of a point (SEC 1). */
function encodePoint(x: Uint8Array, y: Uint8Array): Uint8Array {
  const size = TypedArrayByteLength(x);
  const point = new NativeUint8Array(1 + 2 * size);
  point[0] = 4;
  Uint8ArraySet(point, x, 1);
  Uint8ArraySet(point, y, 1 + size);
  return point;
}

function importJwk(jwk: JsonWebKey, curve: Curve): Imported {
  const x = jwkBytes(jwk, "x");
  const y = jwkBytes(jwk, "y");
  const d = jwk.d === undefined ? undefined : jwkBytes(jwk, "d");
  const size = curve.fieldBytes;
  if (TypedArrayByteLength(x) !== size || TypedArrayByteLength(y) !== size) {
    throw dataError(`The JWK's point does not have ${size} bytes`);
  }
  if (d !== undefined && TypedArrayByteLength(d) !== size) throw dataError(`The JWK's d does not have ${size} bytes`);
  const handle = decoded(importRaw(curve.kind, encodePoint(x, y), d), "JWK");
  return { type: d === undefined ? "public" : "private", handle };
}

function numbersOf(key: KeyState): readonly Uint8Array[] {
  return succeeded(components(key.handle!, key.type === "private"), "Exporting");
}

function exportPoint(key: KeyState): ArrayBuffer {
  requireType(key, "public");
  const numbers = numbersOf(key);
  return TypedArrayBuffer(encodePoint(numbers[0]!, numbers[1]!)) as ArrayBuffer;
}

function keys(name: string, forSignatures: boolean): Omit<Algorithm, "name"> {
  return pairOperations({
    usages: forSignatures ? signatureUsages : agreementUsages,
    generateParams: curveParams,
    importParams: curveParams,
    privateMember: "d",
    kindOf: ({ namedCurve }) => curveNamed(namedCurve!).kind,
    generate: ({ namedCurve }) => generateNamed(curveNamed(namedCurve!).kind),
    describe: ({ namedCurve }) => keyAlgorithm({ name, namedCurve }),
    importJwk({ namedCurve }, jwk, extractable, usages) {
      const curve = curveNamed(namedCurve!);
      checkJwk(jwk, "EC", forSignatures ? "sig" : "enc", extractable, usages);
      if (jwk.crv !== curve.name) throw dataError(`The JWK's crv is not "${curve.name}"`);
      if (forSignatures && jwk.alg !== undefined && jwk.alg !== curve.alg) {
        throw dataError(`The JWK's alg is not "${curve.alg}"`);
      }
      return importJwk(jwk, curve);
    },
    importRaw({ namedCurve }, format, bytes) {
      if (!isRawPublic(format)) return undefined;
      return { type: "public", handle: decoded(importRaw(curveNamed(namedCurve!).kind, bytes, undefined), "point") };
    },
    exportRaw: (key, format) => (isRawPublic(format) ? exportPoint(key) : undefined),
    exportJwk(key) {
      const curve = curveNamed(key.algorithm.namedCurve!);
      return makeJwk("EC", key, forSignatures ? curve.alg : undefined, curve.name, ["x", "y", "d"], numbersOf(key));
    },
  });
}

function ecdsaParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ hash: requiredHash(dictionary, context) });
}

registerLater(() =>
  registerAlgorithm({
    name: "ECDSA",
    ...keys("ECDSA", true),
    sign: {
      params: ecdsaParams,
      run: ({ hash }, key, data) =>
        succeeded(sign(requireType(key, "private"), Scheme.Ecdsa, hash!.hash, 0, data), "Signing"),
    },
    verify: {
      params: ecdsaParams,
      run: ({ hash }, key, signature, data) =>
        succeeded(verify(requireType(key, "public"), Scheme.Ecdsa, hash!.hash, 0, signature, data), "Verifying"),
    },
  }),
);

/** EcdhKeyDeriveParams. */
export function peerParams(dictionary: Dictionary, context: string): Params {
  return makeParams({ public: toKey(required(dictionary, "public", context), "Member 'public'", context) });
}

/** ECDH, X25519 and X448. */
export function deriveWithPeer(params: Params, key: KeyState, length: number | null): ArrayBuffer {
  const own = requireType(key, "private");
  const peer = params.public!;
  const peerHandle = requireType(peer, "public");
  if (peer.algorithm.name !== key.algorithm.name) throw invalidAccess("The public key is for another algorithm");
  if (peer.algorithm.namedCurve !== key.algorithm.namedCurve) throw invalidAccess("The public key's curve is another");
  return firstBits(succeeded(agree(own, peerHandle), "The key agreement"), length);
}

registerLater(() =>
  registerAlgorithm({
    name: "ECDH",
    ...keys("ECDH", false),
    deriveBits: { params: peerParams, run: deriveWithPeer },
  }),
);
