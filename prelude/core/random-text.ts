/**
 * Names that nobody can guess.
 */
import { Op } from "./engine.ts";
import { NativeUint8Array, StringPrototypeSlice } from "./primordials.ts";

const digits = "0123456789abcdef";

/** 32 random hexadecimal digits. */
export function randomHexadecimal(): string {
  const random = new NativeUint8Array(16);
  op(Op.RandomFill, random, false);
  let text = "";
  for (let index = 0; index < 16; index++) text += digits[random[index]! >> 4]! + digits[random[index]! & 15]!;
  return text;
}

/** https://w3c.github.io/webcrypto/#dfn-generate-a-random-uuid */
export function randomUuid(): string {
  const text = randomHexadecimal();
  const part = (start: number, end: number): string => StringPrototypeSlice(text, start, end);
  const variant = "89ab"[digitOf(text[16]!) & 3]!;
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-${variant}${part(17, 20)}-${part(20, 32)}`;
}

function digitOf(digit: string): number {
  let value = 0;
  while (digits[value] !== digit) value++;
  return value;
}
