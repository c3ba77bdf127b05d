/**
 * Scripts as the engine takes them: u32 length of the name, the name in UTF-8, then the program's text. One with arguments
 * has their length behind the first, and themselves behind the name.
 */
import { SOURCE_HAS_ARGUMENTS, SourceEncoding } from "../engine/engine.ts";

const utf8 = new TextEncoder();

/** A script's name and text in bytes. */
export interface EncodedSource {
  readonly encoding: SourceEncoding;
  readonly bytes: Uint8Array;
}

/**
 * Writes a script in the densest encoding that keeps every code unit, lone surrogates too.
 *
 * @param args - what is bound in it, encoded; undefined: nothing
 */
export function encodeSource(filename: string, text: string, args?: Uint8Array): EncodedSource {
  const name = utf8.encode(filename);
  const textAt = 4 + name.length + (args ? 4 + args.length : 0);
  const bytes = withHead(name, args, textAt + text.length);
  const { read, written } = utf8.encodeInto(text, bytes.subarray(textAt));
  // As many bytes as code units: plain ASCII, which is Latin-1 too.
  if (read === text.length && written === text.length) return { encoding: SourceEncoding.Latin1, bytes };
  if (!/[^\0-\xff]/.test(text)) {
    bytes.write(text, textAt, "latin1");
    return { encoding: SourceEncoding.Latin1, bytes };
  }
  const wide = withHead(name, args, textAt + text.length * 2);
  wide.write(text, textAt, "utf16le");
  return { encoding: SourceEncoding.Utf16, bytes: wide };
}

function withHead(name: Uint8Array, args: Uint8Array | undefined, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  if (!args) {
    bytes.writeUInt32LE(name.length, 0);
    bytes.set(name, 4);
    return bytes;
  }
  bytes.writeUInt32LE(name.length + SOURCE_HAS_ARGUMENTS, 0);
  bytes.writeUInt32LE(args.length, 4);
  bytes.set(name, 8);
  bytes.set(args, 8 + name.length);
  return bytes;
}
