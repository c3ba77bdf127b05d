/**
 * Subresource Integrity: https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist
 */
import { Op } from "../core/engine.ts";
import type { ByteSequence } from "../file-api/bytes.ts";
import { NativeUint8Array, StringPrototypeSlice, StringPrototypeToLowerCase, newList } from "../core/primordials.ts";
import { Hash, digest } from "../webcrypto/native.ts";

interface Metadata {
  readonly hash: Hash;
  /** In base64, without padding. */
  readonly value: string;
}

function hashOf(name: string): Hash | undefined {
  switch (name) {
    case "sha256":
      return Hash.Sha256;
    case "sha384":
      return Hash.Sha384;
    case "sha512":
      return Hash.Sha512;
    default:
      return undefined;
  }
}

function isWhitespace(unit: string | undefined): boolean {
  return unit === " " || unit === "\t" || unit === "\n" || unit === "\f" || unit === "\r";
}

/** The place of a sign, the end if it is not there. */
function find(text: string, sign: string): number {
  let index = 0;
  while (index < text.length && text[index] !== sign) index++;
  return index;
}

/** https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata, of one item. */
function parseItem(item: string): Metadata | undefined {
  const expression = StringPrototypeSlice(item, 0, find(item, "?"));
  const dash = find(expression, "-");
  const hash = hashOf(StringPrototypeToLowerCase(StringPrototypeSlice(expression, 0, dash)));
  return hash === undefined ? undefined : { hash, value: toBase64(StringPrototypeSlice(expression, dash + 1)) };
}

/** Of base64 or base64url, https://w3c.github.io/webappsec-csp/#grammardef-base64-value; without padding. */
function toBase64(text: string): string {
  let result = "";
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]!;
    if (unit === "=") break;
    result += unit === "-" ? "+" : unit === "_" ? "/" : unit;
  }
  return result;
}

/** https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata */
function strongest(integrity: string): readonly Metadata[] {
  let found = newList<Metadata>();
  let start = 0;
  while (start < integrity.length) {
    while (start < integrity.length && isWhitespace(integrity[start])) start++;
    let end = start;
    while (end < integrity.length && !isWhitespace(integrity[end])) end++;
    const item = parseItem(StringPrototypeSlice(integrity, start, end));
    start = end;
    if (item === undefined) continue;
    const best = found.length === 0 ? 0 : found[0]!.hash;
    if (item.hash > best) found = newList<Metadata>();
    if (item.hash >= best) found[found.length] = item;
  }
  return found;
}

/** Whether bytes are what `integrity` says. If that says nothing that is understood, they are. */
export function matchesIntegrity(bytes: ByteSequence, integrity: string): boolean {
  const list = strongest(integrity);
  if (list.length === 0) return true;
  const actual = digest(list[0]!.hash, bytes.toReadOnlyBytes())!;
  const text = toBase64(op(Op.Btoa, op(Op.BytesToString, new NativeUint8Array(actual)))!);
  for (let index = 0; index < list.length; index++) if (list[index]!.value === text) return true;
  return false;
}
