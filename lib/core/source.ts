/**
 * Scripts as the engine takes them: u32 length of the name, the length of the arguments, lines and columns before the text, each
 * only if there are such, as bits of the first tell; then the name in UTF-8, the arguments, the program's text.
 */
import { SOURCE_HAS_ARGUMENTS, SOURCE_HAS_OFFSETS, SOURCE_IS_BODY, SourceEncoding } from "../engine/engine.ts";
import type { Script } from "./script.ts";

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
export function encodeSource(script: Script, args?: Uint8Array): EncodedSource {
  const { text } = script;
  const name = utf8.encode(script.filename);
  const textAt = sizeOfHead(script, args) + name.length + (args?.length ?? 0);
  const bytes = withHead(script, name, args, textAt + text.length);
  const { read, written } = utf8.encodeInto(text, bytes.subarray(textAt));
  // As many bytes as code units: plain ASCII, which is Latin-1 too.
  if (read === text.length && written === text.length) return { encoding: SourceEncoding.Latin1, bytes };
  if (!/[^\0-\xff]/.test(text)) {
    bytes.write(text, textAt, "latin1");
    return { encoding: SourceEncoding.Latin1, bytes };
  }
  const wide = withHead(script, name, args, textAt + text.length * 2);
  wide.write(text, textAt, "utf16le");
  return { encoding: SourceEncoding.Utf16, bytes: wide };
}

function hasOffsets({ lineOffset, columnOffset }: Script): boolean {
  return lineOffset !== 0 || columnOffset !== 0;
}

function sizeOfHead(script: Script, args: Uint8Array | undefined): number {
  return 4 + (args ? 4 : 0) + (hasOffsets(script) ? 8 : 0);
}

function withHead(script: Script, name: Uint8Array, args: Uint8Array | undefined, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let bits = script.isBody ? SOURCE_IS_BODY : 0;
  let at = 4;
  if (args) {
    bits += SOURCE_HAS_ARGUMENTS;
    at = bytes.writeUInt32LE(args.length, at);
  }
  if (hasOffsets(script)) {
    bits += SOURCE_HAS_OFFSETS;
    at = bytes.writeInt32LE(script.lineOffset, at);
    at = bytes.writeInt32LE(script.columnOffset, at);
  }
  bytes.writeUInt32LE(name.length + bits, 0);
  bytes.set(name, at);
  if (args) bytes.set(args, at + name.length);
  return bytes;
}
