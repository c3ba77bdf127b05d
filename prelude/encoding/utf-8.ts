/**
 * Encoding: UTF-8's decoder. https://encoding.spec.whatwg.org/#utf-8-decoder
 *
 * The engine decodes whole sequences; here a sequence that two chunks share is kept together.
 */
import { Op } from "../core/engine.ts";
import { NativeUint8Array, TypedArrayByteLength, Uint8ArraySet } from "../core/primordials.ts";
import { firstBytes } from "../webidl/buffers.ts";
import { type Decoder, registerEncoding } from "./encodings.ts";

/**
 * How many bytes at the end are the beginning of a sequence that more bytes can complete: 0 to 3. The second byte's
 * range depends on the first (https://encoding.spec.whatwg.org/#utf-8-decoder, steps 3 and 4).
 */
function incompleteLength(bytes: Uint8Array, length: number): number {
  for (let count = 1; count <= 3 && count <= length; count++) {
    const lead = bytes[length - count]!;
    if ((lead & 0xc0) === 0x80) continue;
    const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || needed <= count) return 0;
    if (count === 1) return 1;
    const second = bytes[length - count + 1]!;
    const lower = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const upper = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    return second >= lower && second <= upper ? count : 0;
  }
  return 0;
}

class Utf8Decoder implements Decoder {
  readonly #fatal: boolean;
  #pending: Uint8Array | undefined;

  constructor(fatal: boolean) {
    this.#fatal = fatal;
  }

  decode(bytes: Uint8Array, last: boolean): string | undefined {
    const pending = this.#pending;
    if (last && pending === undefined) return op(Op.Utf8Decode, bytes, this.#fatal);
    let input = bytes;
    let length = TypedArrayByteLength(bytes);
    if (pending !== undefined) {
      const before = TypedArrayByteLength(pending);
      const joined = new NativeUint8Array(before + length);
      Uint8ArraySet(joined, pending, 0);
      // A detached array has no bytes, and may not be the source of a copy.
      if (length !== 0) Uint8ArraySet(joined, bytes, before);
      input = joined;
      length += before;
      this.#pending = undefined;
    }
    if (!last) {
      const kept = incompleteLength(input, length);
      if (kept !== 0) {
        const rest = new NativeUint8Array(kept);
        for (let index = 0; index < kept; index++) rest[index] = input[length - kept + index]!;
        this.#pending = rest;
        length -= kept;
        input = firstBytes(input, length);
      }
    }
    const text = op(Op.Utf8Decode, input, this.#fatal);
    if (text === undefined) this.#pending = undefined;
    return text;
  }
}

registerEncoding({ name: "utf-8", byteOrderMark: true, createDecoder: (fatal) => new Utf8Decoder(fatal) }, [
  "unicode-1-1-utf-8",
  "unicode11utf8",
  "unicode20utf8",
  "utf-8",
  "utf8",
  "x-unicode20utf8",
]);
