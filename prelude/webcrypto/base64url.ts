/** base64url without padding. https://www.rfc-editor.org/rfc/rfc7515#section-2 */
import { NativeUint8Array, StringPrototypeCharCodeAt, TypedArrayByteLength } from "../core/primordials.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const invalid = 64;
const values = new NativeUint8Array(128);
for (let unit = 0; unit < 128; unit++) values[unit] = invalid;
for (let index = 0; index < alphabet.length; index++) values[StringPrototypeCharCodeAt(alphabet, index)] = index;

export function encodeBase64Url(bytes: Uint8Array): string {
  const length = TypedArrayByteLength(bytes);
  let text = "";
  for (let index = 0; index < length; index += 3) {
    const left = length - index;
    const group = (bytes[index]! << 16) | (left > 1 ? bytes[index + 1]! << 8 : 0) | (left > 2 ? bytes[index + 2]! : 0);
    text += alphabet[group >> 18]! + alphabet[(group >> 12) & 63]!;
    if (left > 1) text += alphabet[(group >> 6) & 63]!;
    if (left > 2) text += alphabet[group & 63]!;
  }
  return text;
}

/** undefined if it is not base64url. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  const length = text.length;
  if (length % 4 === 1) return undefined;
  const bytes = new NativeUint8Array(((length * 3) / 4) | 0);
  let bits = 0;
  let written = 0;
  for (let index = 0; index < length; index++) {
    const code = StringPrototypeCharCodeAt(text, index);
    const value = code < 128 ? values[code]! : invalid;
    if (value === invalid) return undefined;
    bits = (bits << 6) | value;
    const phase = index % 4;
    if (phase === 0) continue;
    bytes[written++] = (bits >> (6 - 2 * phase)) & 0xff;
  }
  return bytes;
}
