/** Short Latin-1 strings from bytes: the same few keys and names come in message after message. */

/** Longer strings are not worth it: making them anew is faster than comparing. */
export const CACHED_LENGTH_MAX = 24;
const SLOTS = 2048;

/** A cache of one string per slot, bounded whatever comes: at most 2,048 strings of 24 characters. */
export class ShortStrings {
  readonly #slots: string[] = new Array<string>(SLOTS).fill("");

  /** The string of these bytes (1 to CACHED_LENGTH_MAX of them), or undefined if it is not in the cache. */
  find(bytes: Uint8Array, start: number, length: number): string | undefined {
    const text = this.#slots[slotOf(bytes, start, length)] as string;
    if (text.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return undefined;
    return text;
  }

  /** Puts a Latin-1 string of 1 to CACHED_LENGTH_MAX characters in the place of another. */
  keep(text: string): void {
    const { length } = text;
    const at = slot(
      length,
      text.charCodeAt(0),
      text.charCodeAt(length >> 2),
      text.charCodeAt(length >> 1),
      text.charCodeAt(length - 1),
    );
    this.#slots[at] = text;
  }
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] as number;
  const fourth = bytes[start + (length >> 2)] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return slot(length, first, fourth, middle, last);
}

/** Any four bytes tell most keys of one program apart; a guest that makes them collide only slows itself down. */
function slot(length: number, first: number, fourth: number, middle: number, last: number): number {
  return (length + first * 7 + middle * 61 + last * 311 + fourth * 1009) & (SLOTS - 1);
}
