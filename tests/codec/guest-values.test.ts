// Guests' values are looked at by length before content. Where that is broken, these tests take minutes.
import { describe, expect, test } from "bun:test";
import { URL_LENGTH_MAX, parseUrl, shortPairs, shortString, shortStrings } from "../../lib/codec/index.ts";
import { decoded, encoded } from "./messages.ts";

/** As it comes out of a guest's message. */
function fromGuest(value: unknown): unknown {
  return decoded(encoded(value));
}

const endless = new Array(2 ** 32 - 1);

describe("lists of strings", () => {
  test("short ones", () => {
    expect(shortStrings(["a", ""], 2, 1)).toEqual(["a", ""]);
    expect(shortStrings([], 0, 0)).toEqual([]);
  });

  test.each([
    ["too many", ["a", "b", "c"]],
    ["too long", ["ab"]],
    ["no strings", [1]],
    ["a hole", new Array(1)],
    ["endless", endless],
    ["no list", "a"],
    ["a list of another kind", new Set(["a"])],
  ])("%s", (_name, value) => {
    expect(shortStrings(fromGuest(value), 2, 1)).toBeUndefined();
  });

  test("one string", () => {
    expect([shortString("ab", 2), shortString("abc", 2), shortString(1, 2)]).toEqual(["ab", undefined, undefined]);
  });
});

describe("pairs", () => {
  test.each([
    ["a record", { a: 1, b: "2" }],
    [
      "a Map",
      new Map<unknown, unknown>([
        ["a", 1],
        ["b", "2"],
      ]),
    ],
    [
      "a list",
      [
        ["a", 1],
        ["b", "2"],
      ],
    ],
  ])("%s", (_name, value) => {
    expect(shortPairs(fromGuest(value), 2)).toEqual([
      ["a", 1],
      ["b", "2"],
    ]);
    expect(shortPairs(fromGuest(value), 1)).toBeUndefined();
  });

  test("what is no pair of a list has nothing in it", () => {
    expect(shortPairs(fromGuest([["a"], "b", endless, [, 1]]), 4)).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
      [undefined, 1],
    ]);
  });

  test.each([
    ["endless", endless],
    ["a large record", Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]))],
    ["bytes", new Uint8Array(1_000_000)],
    ["a String object", Object("x".repeat(1_000_000))],
    ["a string", "a"],
    ["nothing", null],
  ])("%s", (_name, value) => {
    expect(shortPairs(fromGuest(value), 5000)).toBeUndefined();
  });
});

describe("URLs", () => {
  test.each([
    ["https://a.example/b?c#d"],
    ["http:a.example"],
    [`https://a.example/${"p".repeat(60_000)}`],
    [`https://a.example?${"q".repeat(60_000)}`],
    [`https:${"/".repeat(60_000)}a.example/`],
    [`https://${"a".repeat(2000)}.example/`],
  ])("%.40s", (text) => {
    expect(parseUrl(text)?.href).toBe(new URL(text).href);
  });

  test("relative to a base", () => {
    const base = "https://a.example/b/c";
    for (const text of ["d", `/${"p".repeat(5000)}`, "p".repeat(5000), "?q=http://x", "//other.example", "#f", ""]) {
      expect(parseUrl(text, base)?.href).toBe(new URL(text, base).href);
    }
  });

  test.each([
    ["longer than they may be", `https://a.example/${"p".repeat(URL_LENGTH_MAX)}`],
    ["many labels that are not ASCII", `https://${"\u00e9.".repeat(30_000)}`],
    ["the same behind slashes", `https:\\\\/\t/${"\u00e9.".repeat(30_000)}`],
    ["the same behind blanks and line breaks", ` \n htt\nps:${"\u00e9.".repeat(30_000)}`],
    ["the same behind a user name", `https://u:p@${"\u00e9.".repeat(30_000)}`],
    ["no URLs", "https://"],
  ])("%s", (_name, text) => {
    expect(parseUrl(text)).toBeNull();
  });

  test("many labels relative to a base", () => {
    expect(parseUrl(`//${"\u00e9.".repeat(30_000)}`, "https://a.example/")).toBeNull();
    expect(parseUrl(`\\/${"\u00e9.".repeat(30_000)}`, "https://a.example/")).toBeNull();
  });
});
