/** Bytes from guests to host values. */
import { DecodeError } from "../contract/errors.ts";
import { Encoding } from "./encoding.ts";
import { parseJson } from "./json-reader.ts";
import type { Borrows } from "./wire-reader.ts";
import { WireReader } from "./wire-reader.ts";

const reader = new WireReader();

/** Messages of more bytes are decoded in slices: what a smaller one costs is a few milliseconds at most. */
export const AT_ONCE_BYTES_MAX = 16 * 1024;

/** A message that is decoded in slices. */
export class Decoding {
  readonly #reader = new WireReader();
  readonly #slice: (deadline: number) => { readonly value: unknown } | undefined;

  /**
   * @param pair - whether it holds two values, such as an event's name and its data, or one
   * @param bytes - in V8's wire format; must stay as they are until all is decoded
   * @param borrows - as in {@link decodePair}
   */
  constructor(pair: boolean, bytes: Uint8Array, start: number, end: number, borrows?: Borrows) {
    this.#slice = this.#reader.inSlices(pair, bytes, start, end, borrows);
  }

  /**
   * Decodes on.
   *
   * @param deadline - until when, a time of `performance.now()`
   * @returns the value, or both in a list; undefined if there was not enough time
   * @throws DecodeError
   */
  proceed(deadline: number): { readonly value: unknown } | undefined {
    return this.#slice(deadline);
  }

  /** About how many bytes the values take in memory, as soon as they are decoded. */
  get weight(): number {
    return this.#reader.weight;
  }
}

/** About how many bytes of memory the values take that were decoded last, by one of the functions below. */
export function lastWeight(): number {
  return reader.weight;
}

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
 * Decodes what two values begin with, for a message of which the rest has been refused: the first, a string, and the string
 * that is the first property of the second, an object.
 *
 * @param key - the property's
 * @throws DecodeError
 */
export function decodeHead(
  encoding: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  key: string,
): [string, string] {
  if (encoding === Encoding.Wire) return reader.readHead(bytes, start, end, key);
  throw new DecodeError("Malformed message: its beginning cannot be told.");
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
