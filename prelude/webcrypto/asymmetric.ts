/** Web Cryptography: what algorithms with key pairs have in common. */
import type { Algorithm, KeyData, KeyFormat } from "./algorithms.ts";
import {
  type CryptoKey,
  type CryptoKeyPair,
  type KeyAlgorithm,
  type KeyState,
  handleKey,
  keyPair,
} from "./crypto-key.ts";
import { decoded, invalidAccess, notSupported, succeeded } from "./errors.ts";
import { type Handle, type KeyKind, exportPkcs8, exportSpki, importPkcs8, importSpki } from "./native.ts";
import { type KeyUsage, includes, intersect, requireUsages } from "./usages.ts";

/** The usages of either half. */
export interface PairUsages {
  readonly public: readonly KeyUsage[];
  readonly private: readonly KeyUsage[];
}

/** @throws SyntaxError for a usage that neither half has */
export function requirePairUsages(usages: readonly KeyUsage[], allowed: PairUsages): void {
  for (let index = 0; index < usages.length; index++) {
    const usage = usages[index]!;
    if (!includes(allowed.public, usage)) requireUsages([usage], allowed.private);
  }
}

export function makePair(
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

/** @throws InvalidAccessError unless the key is of that type */
export function requireType(key: KeyState, type: "public" | "private"): Handle {
  if (key.type !== type) throw invalidAccess(`The key is not a ${type} key`);
  return key.handle!;
}

/** An imported half: which, and what the engine made of it. */
export interface Imported {
  readonly type: "public" | "private";
  readonly handle: Handle;
}

/** From SubjectPublicKeyInfo or PKCS #8; undefined of another format. */
export function importDer(data: KeyData, kind: KeyKind): Imported | undefined {
  if (data.format === "spki") {
    return { type: "public", handle: decoded(importSpki(kind, data.bytes), "SubjectPublicKeyInfo") };
  }
  if (data.format !== "pkcs8") return undefined;
  return { type: "private", handle: decoded(importPkcs8(kind, data.bytes), "PrivateKeyInfo") };
}

/** Which half is imported, before it is. */
export function importedType(data: KeyData): "public" | "private" {
  if (data.format === "jwk") return data.jwk.d === undefined ? "public" : "private";
  return data.format === "pkcs8" ? "private" : "public";
}

/** To SubjectPublicKeyInfo or PKCS #8; undefined for another format. @throws InvalidAccessError for the wrong half */
export function exportDer(key: KeyState, format: KeyFormat): ArrayBuffer | undefined {
  if (format === "spki") return succeeded(exportSpki(requireType(key, "public")), "Exporting");
  if (format === "pkcs8") return succeeded(exportPkcs8(requireType(key, "private")), "Exporting");
  return undefined;
}

export function refuseFormat(format: KeyFormat): never {
  throw notSupported(`The format '${format}' is not one of this algorithm's`);
}

export function publicHalf(allowed: PairUsages): NonNullable<Algorithm["getPublicKey"]> {
  return {
    run(key: KeyState, usages: readonly KeyUsage[]): CryptoKey {
      return handleKey("public", key.algorithm, true, requireUsages(usages, allowed.public), key.handle!);
    },
  };
}
