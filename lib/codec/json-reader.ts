/** Reads JSON text in any of its encodings. */
import { DecodeError } from "../contract/errors.ts";
import { latin1Slice, utf16leSlice } from "./byte-reader.ts";
import { Encoding } from "./encoding.ts";

/** Levels of nesting at most: JSON.parse itself has no limit, but what walks the result has. */
export const JSON_DEPTH_MAX = 4000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value of a JSON text in `bytes[start … end)`. @throws DecodeError */
export function parseJson(encoding: number, bytes: Uint8Array, start: number, end: number): unknown {
  const text = textOf(encoding, bytes, start, end);
  if (text.length > 2 * JSON_DEPTH_MAX && nestingOf(text) > JSON_DEPTH_MAX) {
    throw new DecodeError(`Malformed message: JSON nested more than ${JSON_DEPTH_MAX} levels deep.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw asDecodeError(error);
  }
}

function asDecodeError(error: unknown): DecodeError {
  return new DecodeError(`Malformed message: ${error instanceof Error ? error.message : String(error)}.`);
}

function textOf(encoding: number, bytes: Uint8Array, start: number, end: number): string {
  switch (encoding) {
    case Encoding.JsonLatin1:
      return latin1Slice.call(bytes, start, end);
    case Encoding.JsonUtf16:
      if (((end - start) & 1) === 1) throw new DecodeError("Malformed message: half a UTF-16 code unit.");
      return utf16leSlice.call(bytes, start, end);
    case Encoding.JsonUtf8:
      try {
        return utf8.decode(bytes.subarray(start, end));
      } catch (error) {
        throw asDecodeError(error);
      }
    default:
      throw new DecodeError(`Malformed message: no encoding has the number ${encoding}.`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this bit only. */
const BRACE_BIT = 0x20;

/** How deep brackets nest, outside of strings. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) quoted = !quoted;
    else if (quoted) {
      if (unit === BACKSLASH) i++;
    } else if ((unit | BRACE_BIT) === 0x7b) {
      if (++depth > deepest) deepest = depth;
    } else if ((unit | BRACE_BIT) === 0x7d) depth--;
  }
  return deepest;
}
