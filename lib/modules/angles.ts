/**
 * Texts that Bun's parser takes long for: at each `<` of TypeScript it tries whether types follow, as far as the text goes, and
 * comes back if not. Forty kilobytes of `a<` take minutes, on the host's thread.
 */

/** `<` in one text: ten milliseconds, if all are tried in vain. No text of that many is written by hand. */
export const ANGLES_MAX = 4000;
/** `<` inside each other. */
export const ANGLES_DEPTH_MAX = 32;

/** @returns whether a text has too many, strings and comments included */
export function hasTooManyAngles(text: string): boolean {
  let count = 0;
  let depth = 0;
  /** For each bracket that is open, the `<` that were open before it. */
  const outside: number[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x3c: // <
        if (++count > ANGLES_MAX || ++depth > ANGLES_DEPTH_MAX) return true;
        break;
      case 0x3e: // >, but not =>
        if (depth > (outside.at(-1) ?? 0) && text.charCodeAt(at - 1) !== 0x3d) depth--;
        break;
      case 0x3b: // ;
        depth = outside.at(-1) ?? 0;
        break;
      case 0x28: // (
      case 0x5b: // [
      case 0x7b: // {
        outside.push(depth);
        break;
      case 0x29: // )
      case 0x5d: // ]
      case 0x7d: // }
        depth = outside.pop() ?? 0;
        break;
      default:
    }
  }
  return false;
}
