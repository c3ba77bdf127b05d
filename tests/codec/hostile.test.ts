import { describe, expect, test } from "bun:test";
import { isSparse } from "../../lib/codec/array-keys.ts";
import { DecodeError, decodePair, decodeValue } from "../../lib/codec/index.ts";
import { GOLDENS } from "./goldens.ts";
import { bytesOf, decoded, decodedHex, encoded, varint } from "./messages.ts";

function refused(hex: string): void {
  expect(() => decodedHex(hex)).toThrow(DecodeError);
}

/** Growth of resident memory, in MiB, while `make`'s result is alive. */
function growth(make: () => unknown): number {
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  const kept = make();
  const after = process.memoryUsage().rss;
  expect(kept).toBeDefined();
  return (after - before) / 2 ** 20;
}

describe("refused", () => {
  test.each([
    ["nothing", ""],
    ["no value", "ff10"],
    ["no header", "4902"],
    ["an older version", "ff0d4902"],
    ["a newer version", "ff114902"],
    ["a second value", "ff1049024902"],
    ["a byte after the value", "ff10490200"],
    ["padding only", "ff100000"],
  ])("%s", (_name, hex) => {
    const bytes = bytesOf(hex);
    expect(() => decodeValue(0, bytes, 0, bytes.length)).toThrow(DecodeError);
  });

  test("one value where two are expected, and three", () => {
    for (const hex of ["ff102201615f5f", "ff10220161"]) {
      const bytes = bytesOf(hex);
      expect(() => decodePair(0, bytes, 0, bytes.length)).toThrow(DecodeError);
    }
  });

  test("every tag that V8 does not write into messages", () => {
    const known = new Set([..."_0TFIUNZS\"c^oAaDyxnzsR;'B~r"].map((tag) => tag.charCodeAt(0)));
    for (let tag = 1; tag < 256; tag++) if (!known.has(tag)) refused(`${tag.toString(16).padStart(2, "0")}000000`);
  });

  test("objects of other interfaces than DOMException, half of one, and what only an error of a class has", () => {
    const text = (value: string): string => `22${varint(value.length)}${Buffer.from(value).toString("hex")}`;
    const exception = `5c78${text("NotFoundError")}${text("gone")}${text("")}`;
    expect(decodedHex(exception)).toBeInstanceOf(DOMException);
    for (const hex of [
      `5c79${exception.slice(4)}`,
      "5c",
      "5c78",
      `5c78${text("a")}`,
      `5c78${text("a")}${text("b")}4902`,
    ]) {
      refused(hex);
    }
    const extras = (members: string, count: number): string =>
      `${exception}014102${"5e00"}6f${members}${text("data")}6f7b007b0${count + 1}240002`;
    expect(decodedHex(extras(`${text("cause")}4902`, 1))).toHaveProperty("cause", 1);
    refused(extras(`${text("name")}${text("Mine")}`, 1));
    refused(extras(`${text("errors")}4100240000`, 1));
  });

  test("lengths beyond the message, without allocating", () => {
    for (const tag of ["22", "63", "53", "42", "5a", "41", "7e"]) {
      for (const length of ["ffffffff0f", "ffffff7f", "8080808008", "03"]) refused(`${tag}${length}`);
    }
    refused("22ffffffffff7f");
    refused(`7e 02 01 0000`);
    refused(`42 08 ${"00".repeat(7)}`);
  });

  test("numbers that end early", () => {
    for (const hex of ["49", "4980", "4e00000000000000", "44", "5580808080"]) refused(hex);
  });

  test("references to what is not there", () => {
    for (const hex of ["5e00", "41015e01240001", "5effffffff0f", "6f2201615e057b01"]) refused(hex);
  });

  test("counts that do not add up", () => {
    for (const hex of ["6f7b01", "6f2201615f7b00", "4101 5f 2400 02", "41015f240101", "3b5f5f3a01", "275f2c00"])
      refused(hex);
    for (const hex of ["6105 4000 06", "6105 4001 05"]) refused(hex);
  });

  test("keys that are not keys, and keys beyond an array", () => {
    for (const hex of ["6f 5f 5f 7b01", "6f 6f7b00 5f 7b01", "6f 54 5f 7b01"]) refused(hex);
    refused("4101 5f 22066c656e677468 49ffffffff0f 2401 01");
    refused("6105 22066c656e677468 4902 4001 05");
    refused("6105 490a 5f 4001 05");
    refused("4101 5f 4902 5f 2401 01");
    refused("6105 2201 35 5f 4001 05");
  });

  test("views that do not fit", () => {
    for (const view of ["42 00 05 00", "42 05 00 00", "42 03 02 00", "57 01 02 00", "57 00 03 00", "7a 00 01 00"]) {
      refused(`42 04 00000000 56 ${view}`);
    }
    refused("42 04 00000000 56 42 00 04 08");
    refused("7e 04 08 00000000 56 42 00 04 00");
    refused("42 04 00000000 56 42 ffffffff0f ffffffff0f 00");
    refused("56 42 00 00 00");
    refused("6f 7b00 56 42 00 00 00");
  });

  test("regular expressions with unknown or impossible flags, or none at all", () => {
    refused("52 220161 40");
    refused("52 220161 8004");
    refused("52 220161 9002");
    refused("52 220128 00");
    refused("52 4902 00");
  });

  test("errors out of order", () => {
    for (const hex of ["72", "7258", "726d", "726d4902", "7263", "72632e", "72454d2e", "722e2e"]) refused(hex);
  });

  test("nesting without end, in every kind of container", () => {
    const levels = 200_000;
    for (const open of ["4101", "6f220161", "3b5f", "27", "7263", "6101 4900", "3b"]) refused(open.repeat(levels));
    refused(`${"4101".repeat(levels)}5f${"240001".repeat(levels)}`);
    expect(() => decodedHex("4101".repeat(4002))).toThrow("nested more than 4000 levels deep");
  });

  test("every truncation of every golden message", () => {
    for (const [expression, hex] of GOLDENS) {
      const bytes = bytesOf(hex);
      // Without the view that follows it, a buffer is a message of its own.
      const whole = decoded(bytes);
      const bufferEnd = ArrayBuffer.isView(whole) ? encoded(whole.buffer).length : -1;
      for (let end = 0; end < bytes.length; end++) {
        if (end === bufferEnd) continue;
        expect(() => decodeValue(0, bytes, 0, end), `${expression} up to ${end}`).toThrow(DecodeError);
      }
    }
  });

  test("bytes beyond the end are not looked at", () => {
    const bytes = bytesOf("ff1022036162637b");
    expect(() => decodeValue(0, bytes, 0, 6)).toThrow(DecodeError);
    expect(decodeValue(0, bytes, 0, 7)).toBe("abc");
  });
});

describe("accepted", () => {
  test("padding before any tag, and UTF-8", () => {
    expect(decodedHex("00 00 41 02 00 49 02 00 53 03 e697a5 00 24 00 02")).toEqual([1, "日"]);
  });

  test("the deepest data a guest can write", () => {
    const levels = 3999;
    expect(decodedHex(`${"4101".repeat(levels)}5f${"240001".repeat(levels)}`)).toBeArray();
    expect(decodedHex(`${"6f220161".repeat(levels)}5f${"7b01".repeat(levels)}`)).toBeObject();
  });

  test("__proto__ is a property like any other", () => {
    for (const key of ["2209 5f5f70726f746f5f5f", "5309 5f5f70726f746f5f5f", `6312 ${utf16("__proto__")}`]) {
      const object = decodedHex(`6f ${key} 6f 220161 4902 7b01 7b01`) as object;
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      expect(Object.keys(object)).toEqual(["__proto__"]);
      expect((object as { a?: unknown }).a).toBeUndefined();
      const array = decodedHex(`4100 ${key} 6f7b00 2401 00`) as object;
      expect(Object.getPrototypeOf(array)).toBe(Array.prototype);
    }
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test("keys whose setters the host has on Object.prototype", () => {
    let ran = 0;
    Object.defineProperty(Object.prototype, "trap", { configurable: true, set: () => ran++ });
    try {
      const object = decoded(encoded(JSON.parse('{"trap": 1}'))) as object;
      expect(Object.getOwnPropertyDescriptor(object, "trap")?.value).toBe(1);
    } finally {
      delete (Object.prototype as { trap?: unknown }).trap;
    }
    expect(ran).toBe(0);
  });
});

describe("memory follows the message, not the numbers in it", () => {
  test("the longest sparse array", () => {
    expect((decodedHex("61 ffffffff0f 40 00 ffffffff0f") as unknown[]).length).toBe(2 ** 32 - 1);
  });

  test("ten thousand sparse arrays of 99,999 elements", () => {
    const one = `61 ${varint(99_999)} 40 00 ${varint(99_999)}`;
    const hex = `41 ${varint(10_000)} ${one.repeat(10_000)} 24 00 ${varint(10_000)}`;
    expect(growth(() => decodedHex(hex))).toBeLessThan(40);
  });

  test("twenty thousand objects with one far index", () => {
    const one = `6f 49 ${varint(999 * 2)} 5f 7b01`;
    const hex = `41 ${varint(20_000)} ${one.repeat(20_000)} 24 00 ${varint(20_000)}`;
    const list = decodedHex(hex) as object[];
    expect(Object.keys(list[19_999] ?? {})).toEqual(["999"]);
    expect(growth(() => decodedHex(hex))).toBeLessThan(40);
  });

  test("arrays that each claim the rest of the message", () => {
    const levels = 3000;
    expect(
      growth(() => {
        expect(() => decodedHex(`41${varint(500_000)}`.repeat(levels) + "5f".repeat(500_000))).toThrow(DecodeError);
        return true;
      }),
    ).toBeLessThan(60);
  });

  test("a hundred thousand resizable buffers", () => {
    const one = "7e 00 ffffffff0f";
    const hex = `41 ${varint(100_000)} ${one.repeat(100_000)} 24 00 ${varint(100_000)}`;
    expect((decodedHex(hex) as unknown[]).length).toBe(100_000);
  });
});

function utf16(text: string): string {
  return Buffer.from(text, "utf16le").toString("hex");
}

describe("bounded, as JavaScript takes one long step for each", () => {
  const text = (length: number): string => `22${varint(length)}${"61".repeat(length)}`;
  const regexp = (source: string): string => `52 22${varint(source.length)}${Buffer.from(source).toString("hex")} 00`;

  test.each([
    ["elements of an array", `41${varint(2 ** 20 + 1)}${"5f".repeat(2 ** 20 + 1)}2400${varint(2 ** 20 + 1)}`],
    [
      "values of a Set",
      `27${Array.from({ length: 2 ** 17 }, (_, i) => `49${varint(i)}`).join("")}2c${varint(2 ** 17)}`,
    ],
    [
      "keys of a Map",
      `3b${Array.from({ length: 2 ** 17 }, (_, i) => `49${varint(i)}5f`).join("")}3a${varint(2 ** 18)}`,
    ],
    [
      "keys of an object",
      `6f${Array.from({ length: 2 ** 17 }, (_, i) => `49${varint(i)}5f`).join("")}7b${varint(2 ** 17)}`,
    ],
    ["a BigInt", `5a${varint((2 ** 17 + 8) * 2)}${"00".repeat(2 ** 17 + 8)}`],
    ["a key", `6f${text(2 ** 20 + 1)}5f7b01`],
    ["a String object", `73${text(2 ** 20 + 1)}`],
    ["an error's message", `726d${text(2 ** 20 + 1)}2e`],
    ["a regular expression", regexp("a".repeat(16_385))],
    ["named groups", regexp(Array.from({ length: 129 }, (_, i) => `(?<n${i}>)`).join(""))],
  ])("%s", (_name, hex) => {
    refused(hex);
  });

  test("and what is as long as may be is taken", () => {
    expect((decodedHex(`41${varint(2 ** 20)}${"5f".repeat(2 ** 20)}2400${varint(2 ** 20)}`) as unknown[]).length).toBe(
      2 ** 20,
    );
    expect(Object.keys(decodedHex(`6f${text(2 ** 20)}5f7b01`) as object)[0]).toHaveLength(2 ** 20);
    expect((decodedHex(regexp("(?<=a)".repeat(1000))) as RegExp).source).toHaveLength(6000);
  });

  test("a name", () => {
    for (const [length, fits] of [
      [2 ** 20, true],
      [2 ** 20 + 1, false],
    ] as const) {
      const bytes = bytesOf(`ff10${text(length)}5f`);
      const decode = (): unknown => decodePair(0, bytes, 0, bytes.length)[0];
      if (fits) expect(decode()).toHaveLength(length);
      else expect(decode).toThrow(DecodeError);
    }
  });
});

test("of an array of holes few are looked at: one may come back to the guest, in a message of as many as fit", () => {
  let looks = 0;
  const counted = new Proxy(Object.assign([], { length: 2 ** 32 - 1 }), { has: () => (looks++, false) });
  expect([isSparse(counted), looks]).toEqual([true, 65]);
});
