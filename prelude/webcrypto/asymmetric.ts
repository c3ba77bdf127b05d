/** Web Cryptography: what algorithms with key pairs have in common. */
import { ObjectSetPrototypeOf } from "../core/primordials.ts";
import type { Algorithm, KeyData, KeyFormat, Params } from "./algorithms.ts";
import {
  type CryptoKey,
  type CryptoKeyPair,
  type KeyAlgorithm,
  type KeyState,
  handleKey,
  keyPair,
} from "./crypto-key.ts";
import type { Dictionary } from "./dictionaries.ts";
import { decoded, invalidAccess, notSupported, succeeded } from "./errors.ts";
import type { JsonWebKey } from "./jwk.ts";
import { type Handle, type KeyKind, exportPkcs8, exportSpki, importPkcs8, importSpki } from "./native.ts";
import { type KeyUsage, includes, intersect, requireUsages } from "./usages.ts";

/** The usages of either half. */
export interface PairUsages {
  readonly public: readonly KeyUsage[];
  readonly private: readonly KeyUsage[];
}

export const signatureUsages: PairUsages = { public: ["verify"], private: ["sign"] };
export const agreementUsages: PairUsages = { public: [], private: ["deriveKey", "deriveBits"] };

/** An imported half: which, and what the engine made of it. */
export interface Imported {
  readonly type: "public" | "private";
  readonly handle: Handle;
}

type ReadParams = (dictionary: Dictionary, context: string) => Params;

/** What sets the key pairs of one algorithm apart. Parameters are those of generateKey or importKey. */
export interface PairFamily {
  readonly usages: PairUsages;
  readonly generateParams?: ReadParams;
  readonly importParams?: ReadParams;
  /** The JWK member that only private keys have. */
  readonly privateMember: "d" | "priv";
  /** @throws NotSupportedError */
  readonly kindOf: (params: Params) => KeyKind;
  readonly generate: (params: Params) => Handle | undefined;
  readonly describe: (params: Params, handle: Handle) => KeyAlgorithm;
  readonly importJwk: (params: Params, jwk: JsonWebKey, extractable: boolean, usages: readonly KeyUsage[]) => Imported;
  /** What else there is to refuse of an imported key. */
  readonly checkImported?: (imported: Imported) => void;
  /** Formats other than JWK and DER; undefined for what is none of the algorithm's. */
  readonly importRaw?: (params: Params, format: KeyFormat, bytes: Uint8Array) => Imported | undefined;
  readonly exportRaw?: (key: KeyState, format: KeyFormat) => ArrayBuffer | undefined;
  readonly exportJwk: (key: KeyState) => JsonWebKey;
}

/** @throws SyntaxError for a usage that neither half has */
function requirePairUsages(usages: readonly KeyUsage[], allowed: PairUsages): void {
  for (let index = 0; index < usages.length; index++) {
    const usage = usages[index]!;
    if (!includes(allowed.public, usage)) requireUsages([usage], allowed.private);
  }
}

/** @throws InvalidAccessError unless the key is of that type */
export function requireType(key: KeyState, type: "public" | "private"): Handle {
  if (key.type !== type) throw invalidAccess(`The key is not a ${type} key`);
  return key.handle!;
}

/** From SubjectPublicKeyInfo or PKCS #8; undefined of another format. */
function importDer(data: KeyData, kind: KeyKind): Imported | undefined {
  if (data.format === "spki") {
    return { type: "public", handle: decoded(importSpki(kind, data.bytes), "SubjectPublicKeyInfo") };
  }
  if (data.format !== "pkcs8") return undefined;
  return { type: "private", handle: decoded(importPkcs8(kind, data.bytes), "PrivateKeyInfo") };
}

/** Which half is imported, before it is. */
function importedType(data: KeyData, privateMember: "d" | "priv"): "public" | "private" {
  if (data.format === "jwk") return data.jwk[privateMember] === undefined ? "public" : "private";
  return data.format === "pkcs8" || data.format === "raw-seed" ? "private" : "public";
}

function refuseFormat(format: KeyFormat): never {
  throw notSupported(`The format '${format}' is not one of this algorithm's`);
}

/** To SubjectPublicKeyInfo or PKCS #8; undefined for another format. @throws InvalidAccessError for the wrong half */
function exportDer(key: KeyState, format: KeyFormat): ArrayBuffer | undefined {
  if (format === "spki") return succeeded(exportSpki(requireType(key, "public")), "Exporting");
  if (format === "pkcs8") return succeeded(exportPkcs8(requireType(key, "private")), "Exporting");
  return undefined;
}

function makePair(
  algorithm: KeyAlgorithm,
  extractable: boolean,
  usages: readonly KeyUsage[],
  allowed: PairUsages,
  handle: Handle,
): CryptoKeyPair {
  return keyPair(
    handleKey("public", algorithm, true, intersect(usages, allowed.public), handle),
    handleKey("private", algorithm, extractable, intersect(usages, allowed.private), handle),
  );
}

/** Generating, importing and exporting keys. */
export function pairOperations(family: PairFamily): Omit<Algorithm, "name"> {
  // What is absent must not be found where guests can put things.
  ObjectSetPrototypeOf(family, null);
  const { usages: allowed, kindOf } = family;
  const check = (params: Params): void => void kindOf(params);
  return {
    generateKey: {
      params: family.generateParams,
      check,
      run(params, extractable, usages) {
        requirePairUsages(usages, allowed);
        check(params);
        const handle = succeeded(family.generate(params), "Generating the key");
        return makePair(family.describe(params, handle), extractable, usages, allowed, handle);
      },
    },
    importKey: {
      params: family.importParams,
      check,
      run(params, data, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed[importedType(data, family.privateMember)]);
        const kind = kindOf(params);
        const imported =
          data.format === "jwk"
            ? family.importJwk(params, data.jwk, extractable, allowedUsages)
            : (importDer(data, kind) ??
              family.importRaw?.(params, data.format, data.bytes) ??
              refuseFormat(data.format));
        family.checkImported?.(imported);
        const algorithm = family.describe(params, imported.handle);
        return handleKey(imported.type, algorithm, extractable, allowedUsages, imported.handle);
      },
    },
    exportKey: {
      run(key, format) {
        if (format === "jwk") return family.exportJwk(key);
        return exportDer(key, format) ?? family.exportRaw?.(key, format) ?? refuseFormat(format);
      },
    },
    getPublicKey: {
      run(key: KeyState, usages: readonly KeyUsage[]): CryptoKey {
        return handleKey("public", key.algorithm, true, requireUsages(usages, allowed.public), key.handle!);
      },
    },
  };
}

/** The formats "raw" and "raw-public": a public key. */
export function isRawPublic(format: KeyFormat): boolean {
  return format === "raw" || format === "raw-public";
}
