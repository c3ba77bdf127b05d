/** Bytes from guests to host values. */
import { DecodeError } from "../contract/errors.ts";
import { Encoding } from "./encoding.ts";
import { parseJson } from "./json-reader.ts";
import type { Borrows } from "./wire-reader.ts";
import { WireReader } from "./wire-reader.ts";

const reader = new WireReader();

/**
 * Decodes two values, such as an event's name and its data, from `bytes[start … end)`. The values are copies: `bytes` may
 * be overwritten afterwards.
 *
 * @param encoding - one of `Encoding`
 * @param borrows - of the first value: whether binary data in the second need not be copied, but may be Uint8Arrays of
 *   `bytes`, good until those are overwritten
 * @throws DecodeError if the bytes are not two values in that encoding, and nothing else
 */
export function decodePair(
  encoding: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  borrows?: Borrows,
): [unknown, unknown] {
  if (encoding === Encoding.Wire) return reader.readPair(bytes, start, end, borrows);
  const value = parseJson(encoding, bytes, start, end);
  if (!Array.isArray(value) || value.length !== 2)
    throw new DecodeError("Malformed message: not an array of two values.");
  return value as [unknown, unknown];
}

/**
 * Decodes one value from `bytes[start … end)`.
 *
 * @param encoding - one of `Encoding`
 * @throws DecodeError if the bytes are not one value in that encoding, and nothing else
 */
export function decodeValue(encoding: number, bytes: Uint8Array, start: number, end: number): unknown {
  if (encoding === Encoding.Wire) return reader.readValue(bytes, start, end);
  return parseJson(encoding, bytes, start, end);
}
