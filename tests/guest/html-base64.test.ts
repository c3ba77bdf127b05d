// https://html.spec.whatwg.org/multipage/webappapis.html#atob
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

const invalid = "DOMException InvalidCharacterError 5";

describe("btoa", () => {
  test("encodes bytes", async () => {
    expect(await run(`return ["", "f", "fo", "foo", "foob", "\\0\\xff\\x80", "é"].map(btoa)`)).toEqual([
      "",
      "Zg==",
      "Zm8=",
      "Zm9v",
      "Zm9vYg==",
      "AP+A",
      "6Q==",
    ]);
  });

  test("converts its argument to a string", async () => {
    expect(
      await run(`return [btoa(null), btoa(undefined), btoa(12), btoa({ toString: () => "x" }), btoa(true)]`),
    ).toEqual(["bnVsbA==", "dW5kZWZpbmVk", "MTI=", "eA==", "dHJ1ZQ=="]);
  });

  test("refuses what is no byte", async () => {
    expect(await run(`${thrown} return ["\\u0100", "a€", "😀"].map((text) => thrown(() => btoa(text)))`)).toEqual([
      invalid,
      invalid,
      invalid,
    ]);
    expect(await run(`${thrown} return [thrown(() => btoa()), thrown(() => btoa(Symbol()))]`)).toEqual([
      "TypeError",
      "TypeError",
    ]);
  });
});

describe("atob", () => {
  test("decodes, forgivingly", async () => {
    expect(
      await run(
        `return ["", "Zg==", "Zg", "Zm8=", "Zm8", "Zm9v", " Z\\tm\\n9\\fv\\r", "AP+A", "ab=\\t=", "YR", "YR==", "  "].map(atob)`,
      ),
    ).toEqual(["", "f", "f", "fo", "fo", "foo", "foo", "\0\xff\x80", "i", "a", "a", ""]);
  });

  test("refuses malformed text", async () => {
    const malformed = [
      "a",
      "abcde",
      "=",
      "==",
      "===",
      "ab=",
      "a===",
      "abc==",
      "ab==c",
      "ab=c",
      "a-b_",
      "ab\\u00a0c",
      "ab\\0c",
      "é",
      "ab\\u000bcd",
      "abcd=",
      "abcd==",
    ];
    expect(
      await run(
        `${thrown} return ${JSON.stringify(malformed).replaceAll("\\\\", "\\")}.map((text) => thrown(() => atob(text)))`,
      ),
    ).toEqual(malformed.map(() => invalid));
  });

  test("converts its argument to a string", async () => {
    expect(
      await run(`${thrown} return [atob(null), atob(12), thrown(() => atob(undefined)), thrown(() => atob())]`),
    ).toEqual(["\x9e\xe9e", "\xd7", invalid, "TypeError"]);
  });

  test("is the inverse of btoa", async () => {
    expect(
      await run(`
        for (let length = 0; length < 300; length++) {
          let text = "";
          for (let index = 0; index < length; index++) text += String.fromCharCode((index * 89 + length) & 255);
          if (atob(btoa(text)) !== text) return length;
        }
        return "all"`),
    ).toBe("all");
  });
});
