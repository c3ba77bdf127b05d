import { expect, test } from "bun:test";
import { modesOf, parseFrontMatter } from "../front-matter.ts";

const file = (...lines: string[]): string => `// Copyright\n/*---\n${lines.join("\n")}\n---*/\n\nflags: [raw];\n`;

test("lists on one line", () => {
  const { flags, features, includes } = parseFrontMatter(
    file("esid: sec-x", "flags: [async, noStrict]", "features: [Symbol.iterator]", "includes: [a.js, sm/b.js]"),
  );
  expect([...flags]).toEqual(["async", "noStrict"]);
  expect(features).toEqual(["Symbol.iterator"]);
  expect(includes).toEqual(["a.js", "sm/b.js"]);
});

test("lists of one item a line, indented or not", () => {
  const { flags, features, includes } = parseFrontMatter(
    file("flags:", "  - onlyStrict", "features:", "- let", "- 'BigInt' # why", "includes:", "  - a.js", "", "  - b.js"),
  );
  expect([...flags]).toEqual(["onlyStrict"]);
  expect(features).toEqual(["let", "BigInt"]);
  expect(includes).toEqual(["a.js", "b.js"]);
});

test("a list over several lines", () => {
  expect(parseFrontMatter(file("features: [", "  let,", "  const", "  ]", "flags: []")).features).toEqual([
    "let",
    "const",
  ]);
});

test("negative tests", () => {
  const parsed = parseFrontMatter(file("negative:", "  phase: parse", "  type: SyntaxError", "flags: [raw]"));
  expect(parsed.negative).toEqual({ phase: "parse", type: "SyntaxError" });
  expect(parseFrontMatter(file("description: x")).negative).toBeUndefined();
  expect(() => parseFrontMatter(file("negative:", "  type: SyntaxError"))).toThrow("phase undefined");
});

test("text that only looks like keys", () => {
  const parsed = parseFrontMatter(
    file("info: |", "  flags: [async]", "  negative:", "    phase: parse", "flags: [raw]"),
  );
  expect([...parsed.flags]).toEqual(["raw"]);
  expect(parsed.negative).toBeUndefined();
});

test("other line ends", () => {
  for (const end of ["\r", "\r\n"]) {
    const source = file("negative:", "  phase: runtime", "  type: TypeError", "flags: [module]").replaceAll("\n", end);
    expect(parseFrontMatter(source).negative).toEqual({ phase: "runtime", type: "TypeError" });
    expect(parseFrontMatter(source).flags.has("module")).toBe(true);
  }
});

test("a file without any", () => {
  expect(() => parseFrontMatter("var a;")).toThrow("no front matter");
});

test("modes", () => {
  const modes = (flags: string): string[] => modesOf(parseFrontMatter(file(`flags: [${flags}]`)));
  expect(modes("")).toEqual(["sloppy", "strict"]);
  expect(modes("async, onlyStrict")).toEqual(["strict"]);
  expect(modes("noStrict")).toEqual(["sloppy"]);
  expect(modes("raw, noStrict")).toEqual(["raw"]);
  expect(modes("module")).toEqual(["module"]);
});
