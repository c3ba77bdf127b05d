/** Scripts as the engine takes them: u32 length of the name, the name in UTF-8, then the program's text. */
import { SourceEncoding } from "../engine/engine.ts";

const utf8 = new TextEncoder();

/** A script's name and text in bytes. */
export interface EncodedSource {
  readonly encoding: SourceEncoding;
  readonly bytes: Uint8Array;
}

/** Writes a script in the densest encoding that keeps every code unit, lone surrogates too. */
export function encodeSource(filename: string, text: string): EncodedSource {
  const name = utf8.encode(filename);
  const textAt = 4 + name.length;
  const bytes = withName(name, text.length);
  const { read, written } = utf8.encodeInto(text, bytes.subarray(textAt));
  // As many bytes as code units: plain ASCII, which is Latin-1 too.
  if (read === text.length && written === text.length) return { encoding: SourceEncoding.Latin1, bytes };
  if (!/[^\0-\xff]/.test(text)) {
    bytes.write(text, textAt, "latin1");
    return { encoding: SourceEncoding.Latin1, bytes };
  }
  const wide = withName(name, text.length * 2);
  wide.write(text, textAt, "utf16le");
  return { encoding: SourceEncoding.Utf16, bytes: wide };
}

function withName(name: Uint8Array, textBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(4 + name.length + textBytes);
  bytes.writeUInt32LE(name.length, 0);
  bytes.set(name, 4);
  return bytes;
}
