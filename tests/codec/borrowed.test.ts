// Binary data that stays where it is, for those who do not keep it.
import { describe, expect, test } from "bun:test";
import { ByteSink, DecodeError, decodePair, encodePair } from "../../lib/codec/index.ts";
import { bytesOf } from "./messages.ts";

function message(name: string, data: unknown): Uint8Array {
  const sink = new ByteSink();
  encodePair(name, data, sink);
  return new Uint8Array(sink.bytes.subarray(0, sink.length));
}

const borrows = (name: unknown): boolean => name === "borrowed";

describe("bytes", () => {
  test.each([
    ["a view", new Uint8Array([1, 2, 3])],
    ["a buffer", new Uint8Array([1, 2, 3]).buffer],
    ["a part of a buffer", new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4)],
    ["a DataView", new DataView(new Uint8Array([1, 2, 3]).buffer)],
  ])("%s are those of the message", (_name, data) => {
    const bytes = message("borrowed", { id: 7, data, after: "text" });
    const [name, value] = decodePair(0, bytes, 0, bytes.length, borrows) as [string, Record<string, unknown>];
    expect([name, value["id"], value["after"]]).toEqual(["borrowed", 7, "text"]);
    const found = value["data"] as Uint8Array;
    expect(found).toBeInstanceOf(Uint8Array);
    expect(found.buffer).toBe(bytes.buffer);
    expect([...found]).toEqual([1, 2, 3]);
  });

  test("under another name, or in the next message, are copies", () => {
    for (const name of ["other", "borrowed"]) {
      const bytes = message(name, new Uint8Array([1]));
      const [, value] = decodePair(0, bytes, 0, bytes.length, borrows) as [string, Uint8Array];
      expect(value.buffer === bytes.buffer).toBe(name === "borrowed");
    }
    const bytes = message("borrowed", new Uint8Array([1]));
    const [, value] = decodePair(0, bytes, 0, bytes.length) as [string, Uint8Array];
    expect(value.buffer).not.toBe(bytes.buffer);
  });

  test("a name that is no string is asked about as it is", () => {
    const asked: unknown[] = [];
    const bytes = bytesOf("ff1049024902");
    decodePair(0, bytes, 0, bytes.length, (name) => (asked.push(name), true));
    expect(asked).toEqual([1]);
  });
});

describe("what a guest may have forged", () => {
  const name = "220862 6f72726f776564"; // "borrowed"
  test.each([
    ["a buffer longer than the message", `${name} 42ff01 00`],
    ["a view longer than its buffer", `${name} 4202 0102 56 42 00 03 00`],
    ["a view that begins behind its buffer", `${name} 4202 0102 56 42 03 00 00`],
    ["a view that ends in the middle", `${name} 4202 0102 56`],
    [
      "a second view that is longer than the buffer",
      `${name} 6f 220161 4202 0102 56 42 00 02 00 220162 5e01 56 42 01 02 00 7b02`,
    ],
  ])("%s", (_name, hex) => {
    const bytes = bytesOf(`ff10${hex}`);
    expect(() => decodePair(0, bytes, 0, bytes.length, borrows)).toThrow(DecodeError);
  });

  test("a second view of the buffer is bytes of it, too", () => {
    const buffer = new Uint8Array([1, 2, 3, 4]);
    const data = { a: buffer, b: new Uint16Array(buffer.buffer, 2), c: buffer };
    const bytes = message("borrowed", data);
    const [, value] = decodePair(0, bytes, 0, bytes.length, borrows) as [string, Record<string, Uint8Array>];
    expect(["a", "b", "c"].map((key) => [...value[key]!])).toEqual([
      [1, 2, 3, 4],
      [3, 4],
      [1, 2, 3, 4],
    ]);
    expect(value["b"]!.buffer).toBe(bytes.buffer);
  });

  test("a reference to the buffer is the bytes again", () => {
    const bytes = bytesOf(`ff10 ${name} 6f 220161 4202 0102 220162 5e01 7b02`);
    const [, value] = decodePair(0, bytes, 0, bytes.length, borrows) as [string, Record<string, Uint8Array>];
    expect([...value["a"]!]).toEqual([1, 2]);
    expect(value["b"]).toBe(value["a"]);
  });
});
