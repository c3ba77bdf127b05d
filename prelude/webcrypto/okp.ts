/**
 * Web Cryptography: Ed25519, X25519, and Ed448 and X448 of the secure curves. https://w3c.github.io/webcrypto/#ed25519
 * https://wicg.github.io/webcrypto-secure-curves/
 */
import { TypedArrayBuffer, TypedArrayByteLength } from "../primordials.ts";
import {
  type Algorithm,
  type KeyFormat,
  type Params,
  keyAlgorithm,
  makeParams,
  registerAlgorithm,
  registerLater,
} from "./algorithms.ts";
import {
  type Imported,
  type PairUsages,
  exportDer,
  importDer,
  importedType,
  makePair,
  publicHalf,
  refuseFormat,
  requirePairUsages,
  requireType,
} from "./asymmetric.ts";
import { type KeyState, handleKey } from "./crypto-key.ts";
import { type Dictionary, toCopiedBytes } from "./dictionaries.ts";
import { deriveWithPeer, peerParams } from "./ec.ts";
import { dataError, decoded, notSupported, succeeded } from "./errors.ts";
import { type JsonWebKey, checkJwk, jwkBytes, makeJwk } from "./jwk.ts";
import { KeyKind, Scheme, components, generateCurve, importCurve, sign, verify } from "./native.ts";
import { type KeyUsage, requireUsages } from "./usages.ts";

function importJwk(
  jwk: JsonWebKey,
  name: string,
  kind: KeyKind,
  forSignatures: boolean,
  extractable: boolean,
  usages: readonly KeyUsage[],
): Imported {
  checkJwk(jwk, "OKP", forSignatures ? "sig" : "enc", extractable, usages);
  if (jwk.crv !== name) throw dataError(`The JWK's crv is not "${name}"`);
  if (forSignatures && jwk.alg !== undefined && jwk.alg !== name && jwk.alg !== "EdDSA") {
    throw dataError(`The JWK's alg is not "${name}"`);
  }
  const x = jwkBytes(jwk, "x");
  const d = jwk.d === undefined ? undefined : jwkBytes(jwk, "d");
  // Empty means absent to the engine.
  const isEmpty = TypedArrayByteLength(x) === 0 || (d !== undefined && TypedArrayByteLength(d) === 0);
  const handle = decoded(isEmpty ? undefined : importCurve(kind, x, d), "JWK");
  return { type: d === undefined ? "public" : "private", handle };
}

function exportKey(key: KeyState, format: KeyFormat, forSignatures: boolean): ArrayBuffer | JsonWebKey {
  const der = exportDer(key, format);
  if (der !== undefined) return der;
  const isRaw = format === "raw" || format === "raw-public";
  if (!isRaw && format !== "jwk") return refuseFormat(format);
  if (isRaw) requireType(key, "public");
  const halves = succeeded(components(key.handle!, key.type === "private"), "Exporting");
  if (isRaw) return TypedArrayBuffer(halves[0]!) as ArrayBuffer;
  const { name } = key.algorithm;
  return makeJwk("OKP", key, forSignatures ? name : undefined, name, ["x", "d"], halves);
}

function keys(name: string, kind: KeyKind, forSignatures: boolean, allowed: PairUsages): Omit<Algorithm, "name"> {
  return {
    generateKey: {
      run(_params, extractable, usages) {
        requirePairUsages(usages, allowed);
        const handle = succeeded(generateCurve(kind), "Generating the key");
        return makePair(keyAlgorithm({ name }), extractable, usages, allowed, handle);
      },
    },
    importKey: {
      run(_params, data, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed[importedType(data)]);
        let imported: Imported;
        if (data.format === "jwk") {
          imported = importJwk(data.jwk, name, kind, forSignatures, extractable, allowedUsages);
        } else if (data.format === "raw" || data.format === "raw-public") {
          imported = { type: "public", handle: decoded(importCurve(kind, data.bytes, undefined), "key") };
        } else {
          imported = importDer(data, kind) ?? refuseFormat(data.format);
        }
        return handleKey(imported.type, keyAlgorithm({ name }), extractable, allowedUsages, imported.handle);
      },
    },
    exportKey: { run: (key, format) => exportKey(key, format, forSignatures) },
    getPublicKey: publicHalf(allowed),
  };
}

/** The engine signs without a context, which is all that Ed25519 has. */
function refuseContext({ context }: Params): void {
  if (context !== undefined && TypedArrayByteLength(context) > 0) throw notSupported("A context is not supported");
}

function contextParams(dictionary: Dictionary, context: string): Params {
  const { context: member } = dictionary;
  return makeParams({ context: member === undefined ? undefined : toCopiedBytes(member, "context", context) });
}

function signatureAlgorithm(name: string, kind: KeyKind, params?: typeof contextParams): Algorithm {
  return {
    name,
    ...keys(name, kind, true, { public: ["verify"], private: ["sign"] }),
    sign: {
      params,
      run(given, key, data) {
        const handle = requireType(key, "private");
        refuseContext(given);
        return succeeded(sign(handle, Scheme.EdDsa, 0, 0, data), "Signing");
      },
    },
    verify: {
      params,
      run(given, key, signature, data) {
        const handle = requireType(key, "public");
        refuseContext(given);
        return succeeded(verify(handle, Scheme.EdDsa, 0, 0, signature, data), "Verifying");
      },
    },
  };
}

function agreementAlgorithm(name: string, kind: KeyKind): Algorithm {
  return {
    name,
    ...keys(name, kind, false, { public: [], private: ["deriveKey", "deriveBits"] }),
    deriveBits: { params: peerParams, run: deriveWithPeer },
  };
}

registerLater(() => registerAlgorithm(signatureAlgorithm("Ed25519", KeyKind.Ed25519)));
registerLater(() => registerAlgorithm(signatureAlgorithm("Ed448", KeyKind.Ed448, contextParams)));
registerLater(() => registerAlgorithm(agreementAlgorithm("X25519", KeyKind.X25519)));
registerLater(() => registerAlgorithm(agreementAlgorithm("X448", KeyKind.X448)));
