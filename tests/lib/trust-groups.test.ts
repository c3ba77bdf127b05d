import { expect, test } from "bun:test";
import { TrustGroups } from "../../lib/core/trust-groups.ts";

test("a group has one number as long as it is known, and never another's", () => {
  const groups = new TrustGroups();
  const first = groups.enter("a");
  expect(groups.enter("a")).toBe(first);
  const other = groups.enter("b");
  expect(groups.enter(undefined)).toBe(0);
  expect(new Set([first, other, 0]).size).toBe(3);
  groups.leave("a");
  expect(groups.enter("a")).toBe(first);
  groups.leave("a");
  groups.leave("a");
  expect(groups.enter("a")).toBe(first);
});

test("of groups without isolates so many are remembered, the latest", () => {
  const groups = new TrustGroups();
  const kept = groups.enter("kept");
  const numbers = Array.from({ length: 2000 }, (_, i) => {
    const number = groups.enter(`${i}`);
    groups.leave(`${i}`);
    return number;
  });
  expect(groups.enter("kept")).toBe(kept);
  expect(groups.enter("1999")).toBe(numbers[1999]!);
  expect(numbers).not.toContain(groups.enter("0"));
});

test("names of the language's own are groups like any other", () => {
  const groups = new TrustGroups();
  const numbers = ["__proto__", "constructor", "toString"].map((name) => groups.enter(name));
  expect(new Set(numbers).size).toBe(3);
});
