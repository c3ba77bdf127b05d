/**
 * Web Cryptography: keys of the post-quantum algorithms, whose private half is the seed they are made of.
 * https://wicg.github.io/webcrypto-modern-algos/#ml-dsa-operations-import-key
 */
import { type Algorithm, keyAlgorithm } from "./algorithms.ts";
import { type Imported, type PairUsages, pairOperations } from "./asymmetric.ts";
import { dataError, decoded, notSupported } from "./errors.ts";
import { exportHalf, halvesOf, importHalves, importPublicHalf } from "./halves.ts";
import { checkJwk, makeJwk } from "./jwk.ts";
import { type KeyKind, components, generateNamed, importRaw } from "./native.ts";

function importSeed(kind: KeyKind, bytes: Uint8Array): Imported {
  return { type: "private", handle: decoded(importRaw(kind, undefined, bytes), "seed") };
}

/** @throws NotSupportedError for a private key that came expanded, without its seed */
function requireSeed({ type, handle }: Imported): void {
  if (type === "private" && components(handle, true) === undefined) {
    throw notSupported("Private keys without their seed are not supported");
  }
}

export function seededKeys(
  name: string,
  kind: KeyKind,
  use: "sig" | "enc",
  usages: PairUsages,
): Omit<Algorithm, "name"> {
  return pairOperations({
    usages,
    privateMember: "priv",
    kindOf: () => kind,
    generate: () => generateNamed(kind),
    describe: () => keyAlgorithm({ name }),
    checkImported: requireSeed,
    importJwk(_params, jwk, extractable, usages) {
      checkJwk(jwk, "AKP", use, extractable, usages);
      if (jwk.alg !== name) throw dataError(`The JWK's alg is not "${name}"`);
      return importHalves(kind, jwk, "pub", "priv");
    },
    importRaw(_params, format, bytes) {
      if (format === "raw-public") return importPublicHalf(kind, bytes);
      return format === "raw-seed" ? importSeed(kind, bytes) : undefined;
    },
    exportRaw(key, format) {
      if (format === "raw-public") return exportHalf(key, "public");
      return format === "raw-seed" ? exportHalf(key, "private") : undefined;
    },
    exportJwk: (key) => makeJwk("AKP", key, name, undefined, ["pub", "priv"], halvesOf(key)),
  });
}
