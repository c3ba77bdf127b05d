/**
 * Web Cryptography: SubtleCrypto.supports of the modern algorithms.
 * https://wicg.github.io/webcrypto-modern-algos/#SubtleCrypto-method-supports
 */
import { NativeUint8Array, isObject } from "../core/primordials.ts";
import { type AlgorithmIdentifier, type OperationName, normalize, toAlgorithmIdentifier } from "./algorithms.ts";

const context = "";

function has(identifier: AlgorithmIdentifier, operation: OperationName): boolean {
  try {
    const normalized = normalize(identifier, operation, context);
    normalized.operation.check?.(normalized.params);
    return true;
  } catch {
    return false;
  }
}

/** Whether bits of that length (null: as many as there are) come out of the derivation. */
function derives(identifier: AlgorithmIdentifier, length: number | null): boolean {
  try {
    const { algorithm, operation, params } = normalize(identifier, "deriveBits", context);
    operation.check?.(params);
    switch (algorithm.name) {
      case "HKDF":
      case "PBKDF2":
        return length !== null && length % 8 === 0;
      case "Argon2d":
      case "Argon2i":
      case "Argon2id":
        return length !== null && length % 8 === 0 && length >= 32;
      default:
        return true;
    }
  } catch {
    return false;
  }
}

/** deriveKey, unwrapKey: the derived or unwrapped key's algorithm must be able to import it. */
function derivesKey(identifier: AlgorithmIdentifier, derived: AlgorithmIdentifier): boolean {
  try {
    const { operation, params } = normalize(derived, "getKeyLength", context);
    return has(derived, "importKey") && derives(identifier, operation.run(params));
  } catch {
    return false;
  }
}

/** encapsulateKey, decapsulateKey: what is encapsulated must be a key of the other algorithm. */
function encapsulatesKey(
  identifier: AlgorithmIdentifier,
  operation: "encapsulate" | "decapsulate",
  shared: AlgorithmIdentifier,
): boolean {
  try {
    const { sharedKeyLength } = normalize(identifier, operation, context).algorithm;
    const { operation: importing, params } = normalize(shared, "importKey", context);
    importing.run(params, { format: "raw-secret", bytes: new NativeUint8Array(sharedKeyLength! / 8) }, false, []);
    return true;
  } catch {
    return false;
  }
}

export function supports(operation: string, identifier: AlgorithmIdentifier, lengthOrAdditional: unknown): boolean {
  const additional = isObject(lengthOrAdditional) || typeof lengthOrAdditional === "string";
  const other = additional ? toAlgorithmIdentifier(lengthOrAdditional) : undefined;
  const length =
    additional || lengthOrAdditional === null || lengthOrAdditional === undefined
      ? null
      : +(lengthOrAdditional as number) >>> 0;
  switch (operation) {
    case "encrypt":
    case "decrypt":
    case "sign":
    case "verify":
    case "digest":
    case "generateKey":
    case "importKey":
    case "exportKey":
    case "getPublicKey":
      return has(identifier, operation);
    case "encapsulateBits":
      return has(identifier, "encapsulate");
    case "decapsulateBits":
      return has(identifier, "decapsulate");
    case "encapsulateKey":
      return other !== undefined && encapsulatesKey(identifier, "encapsulate", other);
    case "decapsulateKey":
      return other !== undefined && encapsulatesKey(identifier, "decapsulate", other);
    case "deriveBits":
      return derives(identifier, length);
    case "deriveKey":
      return other !== undefined && derivesKey(identifier, other);
    case "wrapKey":
      return (
        (has(identifier, "wrapKey") || has(identifier, "encrypt")) && (other === undefined || has(other, "exportKey"))
      );
    case "unwrapKey":
      return (
        (has(identifier, "unwrapKey") || has(identifier, "decrypt")) && (other === undefined || has(other, "importKey"))
      );
    default:
      return false;
  }
}
