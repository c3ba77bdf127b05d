import { expect, test } from "bun:test";
import { SourceEncoding } from "../../lib/engine/engine.ts";
import { encodeSource } from "../../lib/core/source.ts";
import type { Script } from "../../lib/core/script.ts";

function script(filename: string, text: string): Script {
  return { filename, text, lineOffset: 0, columnOffset: 0, isBody: false };
}

function decode(filename: string, text: string): { encoding: number; filename: string; text: string } {
  const { encoding, bytes } = encodeSource(script(filename, text));
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const nameEnd = 4 + buffer.readUInt32LE(0);
  return {
    encoding,
    filename: buffer.toString("utf8", 4, nameEnd),
    text: buffer.toString(encoding === SourceEncoding.Latin1 ? "latin1" : "utf16le", nameEnd),
  };
}

test.each([
  ["", SourceEncoding.Latin1],
  ["1 + 1", SourceEncoding.Latin1],
  ["'é'", SourceEncoding.Latin1],
  ["éa", SourceEncoding.Latin1],
  ["\0\u007f\u0080\u00ff", SourceEncoding.Latin1],
  ["'€'", SourceEncoding.Utf16],
  ["'😀'", SourceEncoding.Utf16],
  ["'\ud800'", SourceEncoding.Utf16],
  ["\ufeff1", SourceEncoding.Utf16],
])("%j keeps every code unit", (text, encoding) => {
  expect(decode("a.js", text)).toEqual({ encoding, filename: "a.js", text });
});

test("arguments go between the name and the text", () => {
  for (const text of ["1", "é", "€"]) {
    const { encoding, bytes } = encodeSource(script("ä.js", text), new Uint8Array([1, 2, 3]));
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    expect([buffer.readUInt32LE(0), buffer.readUInt32LE(4)]).toEqual([0x8000_0005, 3]);
    expect(buffer.toString("utf8", 8, 13)).toBe("ä.js");
    expect([...bytes.subarray(13, 16)]).toEqual([1, 2, 3]);
    expect(buffer.toString(encoding === SourceEncoding.Latin1 ? "latin1" : "utf16le", 16)).toBe(text);
  }
});

test("file names are UTF-8, whatever the text", () => {
  expect(decode("größe-€.js", "1").filename).toBe("größe-€.js");
  expect(decode("", "€").filename).toBe("");
});

test("offsets go before the name, behind the arguments' length", () => {
  const moved = { ...script("a.js", "1"), lineOffset: -2, columnOffset: 7, isBody: true };
  for (const args of [undefined, new Uint8Array([9])]) {
    const { bytes } = encodeSource(moved, args);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(buffer.readUInt32LE(0)).toBe(4 + 0x6000_0000 + (args ? 0x8000_0000 : 0));
    const at = args ? 8 : 4;
    expect([buffer.readInt32LE(at), buffer.readInt32LE(at + 4)]).toEqual([-2, 7]);
    expect(buffer.toString("latin1", at + 8)).toBe(args ? "a.js\x091" : "a.js1");
  }
});
