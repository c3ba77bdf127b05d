/**
 * URL: percent-decoding. https://url.spec.whatwg.org/#percent-encoded-bytes
 */
import { NativeUint8Array, StringPrototypeCharCodeAt, TypedArrayBuffer } from "./primordials.ts";

/** The value of a hexadecimal digit, -1 for every other code unit. */
function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** https://url.spec.whatwg.org/#string-percent-decode, of ASCII. */
export function percentDecode(text: string, from: number, to: number): Uint8Array {
  const bytes = new NativeUint8Array(to - from);
  let length = 0;
  for (let index = from; index < to; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    const high = unit === 0x25 && index + 2 < to ? digitOf(StringPrototypeCharCodeAt(text, index + 1)) : -1;
    const low = high < 0 ? -1 : digitOf(StringPrototypeCharCodeAt(text, index + 2));
    if (low < 0) bytes[length++] = unit;
    else {
      bytes[length++] = high * 16 + low;
      index += 2;
    }
  }
  return to - from === length ? bytes : new NativeUint8Array(TypedArrayBuffer(bytes), 0, length);
}
