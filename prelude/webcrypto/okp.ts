/**
 * Web Cryptography: Ed25519, X25519, and Ed448 and X448 of the secure curves. https://w3c.github.io/webcrypto/#ed25519
 * https://wicg.github.io/webcrypto-secure-curves/
 */
import { type Algorithm, keyAlgorithm, registerAlgorithm, registerLater } from "./algorithms.ts";
import { agreementUsages, isRawPublic, pairOperations, signatureUsages } from "./asymmetric.ts";
import { deriveWithPeer, peerParams } from "./ec.ts";
import { dataError } from "./errors.ts";
import { exportHalf, halvesOf, importHalves, importPublicHalf } from "./halves.ts";
import { checkJwk, makeJwk } from "./jwk.ts";
import { KeyKind, generateNamed } from "./native.ts";
import { contextParams, pureSignatures } from "./signature-context.ts";

function keys(name: string, kind: KeyKind, forSignatures: boolean): Omit<Algorithm, "name"> {
  return pairOperations({
    usages: forSignatures ? signatureUsages : agreementUsages,
    privateMember: "d",
    kindOf: () => kind,
    generate: () => generateNamed(kind),
    describe: () => keyAlgorithm({ name }),
    importJwk(_params, jwk, extractable, usages) {
      checkJwk(jwk, "OKP", forSignatures ? "sig" : "enc", extractable, usages);
      if (jwk.crv !== name) throw dataError(`The JWK's crv is not "${name}"`);
      if (forSignatures && jwk.alg !== undefined && jwk.alg !== name && jwk.alg !== "EdDSA") {
        throw dataError(`The JWK's alg is not "${name}"`);
      }
      return importHalves(kind, jwk, "x", "d");
    },
    importRaw: (_params, format, bytes) => (isRawPublic(format) ? importPublicHalf(kind, bytes) : undefined),
    exportRaw: (key, format) => (isRawPublic(format) ? exportHalf(key, "public") : undefined),
    exportJwk: (key) => makeJwk("OKP", key, forSignatures ? name : undefined, name, ["x", "d"], halvesOf(key)),
  });
}

function registerSignatures(name: string, kind: KeyKind, params?: typeof contextParams): void {
  registerLater(() => registerAlgorithm({ name, ...keys(name, kind, true), ...pureSignatures(params) }));
}

function registerAgreement(name: string, kind: KeyKind): void {
  const deriveBits = { params: peerParams, run: deriveWithPeer };
  registerLater(() => registerAlgorithm({ name, ...keys(name, kind, false), deriveBits }));
}

registerSignatures("Ed25519", KeyKind.Ed25519);
registerSignatures("Ed448", KeyKind.Ed448, contextParams);
registerAgreement("X25519", KeyKind.X25519);
registerAgreement("X448", KeyKind.X448);
