import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare, describe, readExpectations, writeExpectations } from "../expectations.ts";
import { type FileResult, type HarnessStatus, toFileResult } from "../results.ts";

const folder = mkdtempSync(join(tmpdir(), "network-runtime-wpt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A result with subtests "a", "b", …: true passes. */
function result(passes: readonly boolean[], harness: HarnessStatus = "OK"): FileResult {
  const subtests = passes.map((pass, i) => ({
    name: String.fromCharCode(97 + i),
    status: pass ? ("PASS" as const) : ("FAIL" as const),
    message: pass ? "" : "wrong",
  }));
  return { id: "url/x.any.js", harness, message: "", subtests, ms: 1 };
}

test("a full pass is expected to be one", () => {
  expect(compare(result([true, true]), {})).toEqual([]);
  expect(compare(result([true, false]), {})).toEqual(["b: FAIL wrong"]);
  expect(compare(result([true], "TIMEOUT"), {})).toEqual(["[harness]: TIMEOUT "]);
  expect(compare(result([true]), undefined)).toHaveLength(1);
});

test("a pass against an entry is a difference, and so is a subtest that is gone", () => {
  const entry = { reason: "why", failures: ["b", "z"] };
  expect(compare(result([true, false]), entry)).toEqual(["z: is gone, against its entry"]);
  expect(compare(result([true, true]), entry)).toEqual([
    "b: passes, against its entry",
    "z: is gone, against its entry",
  ]);
});

test("any failure may be expected, but not a full pass", () => {
  const entry = { reason: "not implemented", failures: "any" as const };
  expect(compare(result([false, true]), entry)).toEqual([]);
  expect(compare(result([], "ERROR"), entry)).toEqual([]);
  expect(compare(result([true, true]), entry)).toEqual(["passes in full: its entry is out of date"]);
});

test("the end of an isolate is never expected", () => {
  expect(compare(result([], "CRASH"), { reason: "why", failures: "any" })).toEqual(["CRASH: "]);
  expect(compare(result([], "HANG"), { reason: "why", failures: ["[harness]"] })).toEqual(["HANG: "]);
});

test("what is flaky may pass or fail", () => {
  const entry = { reason: "depends on load", flaky: ["b"] };
  expect(compare(result([true, true]), entry)).toEqual([]);
  expect(compare(result([true, false]), entry)).toEqual([]);
});

test("entries need a reason", () => {
  expect(compare(result([true, false]), { failures: ["b"] })).toEqual(["its entry gives no reason"]);
});

test("an update keeps the reason, and what is flaky", () => {
  const old = { reason: "why", failures: ["a"], flaky: ["c"] };
  expect(describe(result([true, false, false, true, true, true]), old, "other")).toEqual({
    reason: "why",
    failures: ["b"],
    flaky: ["c"],
  });
  expect(describe(result([true]), { reason: "why", failures: "any" }, undefined)).toEqual({});
  expect(describe(result([false, false]), undefined, "new")).toEqual({ reason: "new", failures: "any" });
  // Most of the file passes now: what was the reason for all of it is none for the rest.
  expect(describe(result([true, true, false]), { reason: "why", failures: "any" }, undefined)).toEqual({
    failures: ["c"],
  });
});

test("entries are kept by area, and come back as they were", async () => {
  const entries = {
    "html/webappapis/timers/a.any.js": {},
    "url/x.any.js?1-10": { reason: "lone surrogates", failures: ['\ud800 "quoted"'] },
  };
  await writeExpectations(folder, { ...entries, "console/gone.any.js": {} });
  await writeExpectations(folder, entries);
  expect(readdirSync(folder).sort()).toEqual(["html-webappapis-timers.json", "url.json"]);
  expect(readExpectations(folder)).toEqual(entries);
});

test("subtests of the same name are told apart", () => {
  const tests = [
    ["same", 0, null],
    ["same", 1, "no"],
  ] as const;
  const { subtests } = toFileResult("x", { status: 0, message: null, tests }, 1);
  expect(subtests.map(({ name, status }) => `${name} ${status}`)).toEqual(["same PASS", "same #2 FAIL"]);
});
