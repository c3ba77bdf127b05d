import { describe, expect, test } from "bun:test";
import { describeValue } from "./describe.ts";
import { GOLDENS } from "./goldens.ts";
import { bytesOf, decoded, encoded } from "./messages.ts";
import { evaluate } from "./values.ts";

/** Where the writer chooses other bytes than V8, which mean the same. */
const WRITTEN_OTHERWISE = [
  /Error\(/, // V8 sends a stack of several lines, the host only its first
  /^\(\{ (1|4294967294): /, // indexes as keys of objects: V8 writes numbers, the host strings
  /^\[1, , 3\]$|^\[,\]$|^\[1, ,\]$|^Object\.assign\(new Array\(30\)/, // few holes: V8 writes a sparse array, the host a dense one
  /\.exec\(/, // V8 takes the array for one with holes
];

describe("what V8 15.2 wrote", () => {
  test.each(GOLDENS.map(([expression, hex]) => ({ expression, hex })))("$expression", ({ expression, hex }) => {
    const value = evaluate(expression);
    expect(describeValue(decoded(bytesOf(hex)))).toBe(describeValue(value));
    if (WRITTEN_OTHERWISE.some((pattern) => pattern.test(expression))) return;
    expect(Buffer.from(encoded(value)).toString("hex")).toBe(hex);
  });

  test("the errors' stacks are the guest's text", () => {
    const errors = GOLDENS.filter(([expression]) => expression.startsWith("new TypeError("));
    expect(errors.length).toBeGreaterThan(0);
    for (const [, hex] of errors) expect((decoded(bytesOf(hex)) as Error).stack).toBe("stack");
  });
});
