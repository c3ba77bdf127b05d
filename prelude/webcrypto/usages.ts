/**
 * Web Cryptography: key usages. https://w3c.github.io/webcrypto/#dfn-KeyUsage
 */
import { NativeTypeError, newList } from "../core/primordials.ts";
import { toDOMString } from "../webidl/converters.ts";
import { syntaxError } from "./errors.ts";
import { toSequence } from "./sequences.ts";

export type KeyUsage =
  | "encrypt"
  | "decrypt"
  | "sign"
  | "verify"
  | "deriveKey"
  | "deriveBits"
  | "wrapKey"
  | "unwrapKey"
  | "encapsulateKey"
  | "encapsulateBits"
  | "decapsulateKey"
  | "decapsulateBits";

const all: readonly KeyUsage[] = [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "deriveKey",
  "deriveBits",
  "wrapKey",
  "unwrapKey",
  "encapsulateKey",
  "encapsulateBits",
  "decapsulateKey",
  "decapsulateBits",
];

export function includes<T>(list: readonly T[], item: T): boolean {
  for (let index = 0; index < list.length; index++) if (list[index] === item) return true;
  return false;
}

/** The usages in both lists, in the specification's order. */
export function intersect(usages: readonly KeyUsage[], allowed: readonly KeyUsage[]): readonly KeyUsage[] {
  const list = newList<KeyUsage>();
  for (let index = 0; index < all.length; index++) {
    const usage = all[index]!;
    if (includes(usages, usage) && includes(allowed, usage)) list[list.length] = usage;
  }
  return list;
}

/** @throws SyntaxError for a usage that is not allowed */
export function requireUsages(usages: readonly KeyUsage[], allowed: readonly KeyUsage[]): readonly KeyUsage[] {
  for (let index = 0; index < usages.length; index++) {
    if (!includes(allowed, usages[index])) {
      throw syntaxError(`The usage '${usages[index]}' is not one of this algorithm's keys`);
    }
  }
  return intersect(usages, allowed);
}

/** sequence<KeyUsage> */
export function toUsages(value: unknown, context: string): readonly KeyUsage[] {
  return toSequence(
    value,
    (item) => {
      const usage = toDOMString(item);
      if (includes<string>(all, usage)) return usage as KeyUsage;
      throw new NativeTypeError(
        `${context}: The provided value '${usage}' is not a valid enum value of type KeyUsage.`,
      );
    },
    context,
  );
}
