// Large messages are decoded in slices, and come to what they come to at once.
import { describe, expect, test } from "bun:test";
import { DecodeError, Decoding } from "../../lib/codec/index.ts";
import { describeValue } from "./describe.ts";
import { decoded, encoded } from "./messages.ts";
import { EXPRESSIONS, evaluate } from "./values.ts";

/** The deadline is always over: each slice is as short as slices can be. */
function inSlices(bytes: Uint8Array, pair = false): { value: unknown; slices: number; weight: number } {
  const decoding = new Decoding(pair, bytes, 0, bytes.length);
  for (let slices = 1; ; slices++) {
    const whole = decoding.proceed(-Infinity);
    if (whole) return { value: whole.value, slices, weight: decoding.weight };
  }
}

/** Resizable buffers arrive with a fixed length when too many are alive, as they are here. */
function described(value: unknown): string {
  return describeValue(value).replace(/; max \d+/g, "");
}

/** Enough of a value to be interrupted within it. */
function many(expression: string): unknown[] {
  return Array.from({ length: 200 }, () => evaluate(expression));
}

describe("in slices as at once", () => {
  test.each(EXPRESSIONS)("%s", (expression) => {
    const bytes = encoded(many(expression));
    expect(described(inSlices(bytes).value) === described(decoded(bytes))).toBe(true);
  });

  test("all of them, each within a Map, an object, an array with keys, a cause and a Set", () => {
    const all = EXPRESSIONS.map((expression) => {
      const value = (): unknown => evaluate(expression);
      const error = new Error("e", { cause: value() });
      return [
        new Map([[value(), value()]]),
        { a: value(), 7: value() },
        Object.assign([value()], { k: value() }),
        error,
      ];
    });
    const bytes = encoded([all, new Set(all), all]);
    const { value, slices } = inSlices(bytes);
    expect(described(value) === described(decoded(bytes))).toBe(true);
    expect(slices).toBeGreaterThan(20);
  });

  test.each([
    ["a deep object", (): unknown => Array.from({ length: 900 }).reduce((inner) => ({ inner }), 1)],
    ["a deep array", (): unknown => Array.from({ length: 900 }).reduce((inner) => [1, inner, 2], 1)],
    ["an object of many keys", (): unknown => Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`k${i}`, i]))],
    ["a Map of many keys", (): unknown => new Map(Array.from({ length: 9000 }, (_, i) => [i, { i }]))],
    ["a Set of many values", (): unknown => new Set(Array.from({ length: 9000 }, (_, i) => [i]))],
    [
      "a sparse array",
      (): unknown =>
        Object.assign([], { 40_000_000: 1 }, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [i * 1009, i]))),
    ],
    ["a long array of numbers", (): unknown => Array.from({ length: 100_000 }, (_, i) => i)],
    ["a long string", (): unknown => "ab".repeat(900_000)],
    ["a long string of two bytes a character", (): unknown => "日本😀".repeat(300_000)],
    ["a long buffer", (): unknown => new Uint8Array(2_000_003).map((_, i) => i * 7).buffer],
    [
      "a view into a long buffer, twice",
      (): unknown => ((v): unknown => [v, v, v.buffer])(new Uint16Array(900_000).fill(9).subarray(3)),
    ],
    ["a long resizable buffer", (): unknown => new ArrayBuffer(1_700_000, { maxByteLength: 1_800_000 })],
  ])("%s", (_name, make) => {
    const bytes = encoded(make());
    const { value, slices } = inSlices(bytes);
    // As text or as a message again: comparing arrays would visit holes.
    expect(Buffer.compare(encoded(value), encoded(decoded(bytes)))).toBe(0);
    expect(slices).toBeGreaterThan(1);
  });

  test("two messages in turn do not concern each other", () => {
    const bytes = [encoded(many("({ a: [1, { b: 2 }] })")), encoded(many("new Map([[1, { c: [3] }]])"))];
    const decodings = bytes.map((message) => new Decoding(false, message, 0, message.length));
    const values: unknown[] = [];
    while (values.filter(Boolean).length < 2) {
      decodings.forEach((decoding, index) => (values[index] ??= decoding.proceed(-Infinity)?.value));
      expect(decoded(encoded({ between: [1] }))).toEqual({ between: [1] });
    }
    expect(values.map((value) => describeValue(value))).toEqual(
      bytes.map((message) => describeValue(decoded(message))),
    );
  });
});

test("a damaged message is malformed in whichever slice it is damaged", () => {
  const whole = encoded(many("({ a: [1, { b: new Map([[1, new Set([2])]]) }] })"));
  for (let at = 10; at < whole.length; at += 997) {
    const cut = whole.slice(0, at);
    expect(() => inSlices(cut)).toThrow(DecodeError);
    const damaged = whole.slice();
    damaged[at] = 1;
    try {
      inSlices(damaged);
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
    }
  }
});

test("the weight of values is near what they take, whatever their bytes in the message", () => {
  const empty = encoded(Array.from({ length: 10_000 }, () => ({})));
  expect(inSlices(empty).weight).toBeGreaterThan(20 * 32_000);
  const buffer = encoded(new Uint8Array(1_000_000));
  expect(inSlices(buffer).weight).toBeWithin(1_000_000, 1_001_000);
});
