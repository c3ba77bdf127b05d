import { describe, expect, test } from "bun:test";
import { DecodeError, Encoding, decodePair, decodeValue } from "../../lib/codec/index.ts";

const VALUE = { text: "naïve", list: [1, null, true], nested: { a: {} } };
const WIDE = { text: "日本 😀" };

function read(encoding: number, bytes: Uint8Array): unknown {
  const padded = new Uint8Array(bytes.length + 9).fill(0x5d);
  padded.set(bytes, 4);
  return decodeValue(encoding, padded, 4, 4 + bytes.length);
}

describe("JSON", () => {
  test("each encoding", () => {
    expect(read(Encoding.JsonLatin1, Buffer.from(JSON.stringify(VALUE), "latin1"))).toEqual(VALUE);
    for (const value of [VALUE, WIDE]) {
      expect(read(Encoding.JsonUtf16, Buffer.from(JSON.stringify(value), "utf16le"))).toEqual(value);
      expect(read(Encoding.JsonUtf8, Buffer.from(JSON.stringify(value), "utf8"))).toEqual(value);
    }
  });

  test("pairs", () => {
    const bytes = Buffer.from('["event",{"x":1}]');
    expect(decodePair(Encoding.JsonLatin1, bytes, 0, bytes.length)).toEqual(["event", { x: 1 }]);
    for (const text of ['["event"]', "[1,2,3]", "{}", "null"]) {
      const other = Buffer.from(text);
      expect(() => decodePair(Encoding.JsonUtf8, other, 0, other.length)).toThrow(DecodeError);
    }
  });

  test("__proto__ is a property like any other", () => {
    const object = read(Encoding.JsonUtf8, Buffer.from('{"__proto__":{"a":1}}')) as object;
    expect(Object.keys(object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  test("refused: not JSON, not its encoding, no such encoding, too deep", () => {
    expect(() => read(Encoding.JsonUtf8, Buffer.from("{"))).toThrow(DecodeError);
    expect(() => read(Encoding.JsonUtf8, Buffer.from([0x22, 0xff, 0x22]))).toThrow(DecodeError);
    expect(() => read(Encoding.JsonUtf16, Buffer.from("123"))).toThrow(DecodeError);
    for (const encoding of [-1, 4, 5, 255, NaN]) expect(() => read(encoding, Buffer.from("1"))).toThrow(DecodeError);
    for (const [open, close] of ["[]", '{"a":}'].map((pair) => [pair.slice(0, -1), pair.slice(-1)] as const)) {
      const text = `${open.repeat(5000)}1${close.repeat(5000)}`;
      expect(() => read(Encoding.JsonUtf8, Buffer.from(text))).toThrow(DecodeError);
      expect(() => read(Encoding.JsonUtf16, Buffer.from(text, "utf16le"))).toThrow(DecodeError);
    }
  });

  test("brackets in strings are not nesting", () => {
    const value = ["[{".repeat(10_000), '"\\'.repeat(5000), "]}".repeat(10_000), "∀≻".repeat(5000)];
    expect(read(Encoding.JsonUtf16, Buffer.from(JSON.stringify(value), "utf16le"))).toEqual(value);
  });
});
