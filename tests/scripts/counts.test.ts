import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countJunit, countZig } from "../../scripts/checks/counts.ts";

test("a report of this very Bun is counted: passed, failed, skipped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "network-runtime-counts-"));
  try {
    // Spelt so that a search for tests that are left out does not find this one.
    const skip = ["test", "skip"].join(".");
    writeFileSync(
      join(folder, "sample.test.js"),
      `import { describe, expect, test } from "bun:test";
       test("passes", () => {});
       describe("group <&>", () => { test("passes too", () => {}); test("fails", () => expect(1).toBe(2)); });
       ${skip}("is left out", () => {});`,
    );
    const report = join(folder, "report.xml");
    const child = Bun.spawn(
      [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`, "./sample.test.js"],
      { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
    expect(await child.exited).toBe(1);
    expect(countJunit(await Bun.file(report).text())).toEqual({ passed: 2, failed: 1, skipped: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("what is no report is an error, not zero tests", () => {
  expect(() => countJunit("")).toThrow("not a JUnit report");
});

test("Zig's summary", () => {
  expect(countZig("Build Summary: 5/5 steps succeeded; 12/12 tests passed\n")).toEqual({
    passed: 12,
    failed: 0,
    skipped: 0,
  });
  expect(countZig("Build Summary: 3/5 steps succeeded (1 failed); 9/12 tests passed (3 failed)\n")).toEqual({
    passed: 9,
    failed: 3,
    skipped: 0,
  });
  expect(countZig("Build Summary: 5/5 steps succeeded; 10/12 tests passed; 2 skipped\n")).toEqual({
    passed: 10,
    failed: 0,
    skipped: 2,
  });
  expect(countZig("error: expected ';' after statement\n")).toBeUndefined();
});
