import { expect, test } from "bun:test";
import { conformance, parseReference } from "../report.ts";

test("the best known result of an area is the best of its columns", () => {
  const text = "# comment\narea\tfiles\tsubtests\ta\tb\tc\nurl\t2\t30\t10\t20\t15\n";
  expect(parseReference(text)).toEqual([{ area: "url", subtests: 30, best: 20 }]);
});

test("a runtime that fails early does not make a file look smaller", () => {
  const pass = { name: "a", status: "PASS" as const, message: "" };
  const file = { id: "console/a.any.js", harness: "OK" as const, message: "", ms: 1 };
  const report = conformance("of today", [
    { runtime: "ours", version: "1", checkout: "x", files: [{ ...file, subtests: [] }] },
    { runtime: "bun", version: "2", checkout: "x", files: [{ ...file, subtests: [pass, pass] }] },
  ]);
  expect(report).toContain("(of today)");
  expect(report).toMatch(/\| console \| 1 \| 2 \| 0 \| 2 \|/);
});
