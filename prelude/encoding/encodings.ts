/**
 * Encoding: labels and decoders. https://encoding.spec.whatwg.org/#names-and-labels
 *
 * An encoding is one file next to this one that registers itself; encoding.ts knows none by name.
 */
import { SafeMap, StringPrototypeSlice, StringPrototypeToLowerCase, newList } from "../core/primordials.ts";

/** https://encoding.spec.whatwg.org/#decoder, with the part of a sequence that a chunk ended in. */
export interface Decoder {
  /**
   * Decodes a chunk; `last` ends the stream, and the decoder is as new afterwards.
   * undefined: malformed and fatal; the decoder is as new.
   */
  decode(bytes: Uint8Array, last: boolean): string | undefined;
}

export interface Encoding {
  /** As TextDecoder.encoding gives it: in lower case. */
  readonly name: string;
  /** Whether a stream may begin with a byte order mark to be taken away. */
  readonly byteOrderMark: boolean;
  createDecoder(fatal: boolean): Decoder;
}

/** Made when the first encoding is asked for: a snapshot keeps no filled maps. */
let byLabel: SafeMap<string, Encoding> | undefined;
const registered = newList<{ readonly encoding: Encoding; readonly labels: readonly string[] }>();

/** While the snapshot is made. Labels are in lower case. */
export function registerEncoding(encoding: Encoding, labels: readonly string[]): void {
  registered[registered.length] = { encoding, labels };
}

/** Whether a code unit is ASCII whitespace (https://infra.spec.whatwg.org/#ascii-whitespace). */
function isWhitespace(unit: string | undefined): boolean {
  return unit === " " || unit === "\t" || unit === "\n" || unit === "\f" || unit === "\r";
}

/** https://encoding.spec.whatwg.org/#concept-encoding-get. undefined: no such label. */
export function getEncoding(label: string): Encoding | undefined {
  if (byLabel === undefined) {
    byLabel = new SafeMap<string, Encoding>();
    for (let index = 0; index < registered.length; index++) {
      const { encoding, labels } = registered[index]!;
      for (let at = 0; at < labels.length; at++) byLabel.set(labels[at]!, encoding);
    }
  }
  let start = 0;
  let end = label.length;
  while (start < end && isWhitespace(label[start])) start++;
  while (end > start && isWhitespace(label[end - 1])) end--;
  return byLabel.get(StringPrototypeToLowerCase(StringPrototypeSlice(label, start, end)));
}
