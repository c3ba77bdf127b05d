/**
 * What is expected of each test file: `{}` is a full pass. Kept in expectations/, one file an area, so that features that
 * land at the same time do not meet in one file.
 */
import { Glob } from "bun";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { areaOf } from "./areas.ts";
import { type FileResult, failuresOf } from "./results.ts";

/** Of one test file in one variant. */
export interface Expectation {
  /** Why not all of it passes. Required with any of the others. */
  readonly reason?: string;
  /** Subtests that fail; `[harness]` is the file as a whole. `"any"`: at least something does, whatever it is. */
  readonly failures?: readonly string[] | "any";
  /** Subtests that may pass or fail, as they depend on how busy the machine is. */
  readonly flaky?: readonly string[];
}

/** By test: path from the checkout's root, and variant. */
export type Expectations = Record<string, Expectation>;

/** More failures than this, or than passes, of a file are not listed but "any". */
const LISTED_FAILURES_MAX = 60;

/** How a result differs from what was expected, one line each; empty if it does not. */
export function compare(result: FileResult, expectation: Expectation | undefined): string[] {
  if (expectation === undefined) return ["has no entry in tests/wpt/expectations"];
  const differences: string[] = [];
  const failures = failuresOf(result);
  const flaky = new Set(expectation.flaky);
  if (expectation.reason === undefined && (expectation.failures !== undefined || flaky.size > 0)) {
    differences.push("its entry gives no reason");
  }
  // What happened to the isolate itself is never expected of a guest that only runs tests.
  if (result.harness === "CRASH" || result.harness === "HANG") differences.push(`${result.harness}: ${result.message}`);
  if (expectation.failures === "any") {
    return failures.length > 0 ? differences : [...differences, "passes in full: its entry is out of date"];
  }
  const expected = new Set(expectation.failures);
  const messages = new Map(result.subtests.map(({ name, status, message }) => [name, `${status} ${message}`]));
  for (const name of failures) {
    if (expected.has(name) || flaky.has(name)) continue;
    differences.push(`${name}: ${messages.get(name) ?? `${result.harness} ${result.message}`}`);
  }
  const failed = new Set(failures);
  for (const name of expected) {
    if (!failed.has(name)) differences.push(`${name}: ${messages.has(name) ? "passes" : "is gone"}, against its entry`);
  }
  return differences;
}

/**
 * The entry that describes a result. What is flaky is kept, and the reason too, unless the failures have become few
 * enough to be listed: then the old reason is most likely out of date.
 * @param reason - for entries that have none
 */
export function describe(result: FileResult, old: Expectation | undefined, reason: string | undefined): Expectation {
  const flaky = old?.flaky ?? [];
  const failures = failuresOf(result).filter((name) => !flaky.includes(name));
  if (failures.length === 0 && flaky.length === 0) return {};
  const listed = failures.length <= LISTED_FAILURES_MAX && failures.length * 2 < result.subtests.length;
  const oldReason = listed && old?.failures === "any" ? undefined : old?.reason;
  const why = oldReason ?? reason;
  return {
    ...(why !== undefined && { reason: why }),
    ...(failures.length > 0 && { failures: listed ? failures : ("any" as const) }),
    ...(flaky.length > 0 && { flaky }),
  };
}

/** Reads all entries of a folder. @throws Error if a file there is no JSON */
export function readExpectations(folder: string): Expectations {
  const all: Expectations = {};
  if (!existsSync(folder)) return all;
  for (const file of [...new Glob("*.json").scanSync({ cwd: folder })].sort()) {
    Object.assign(all, JSON.parse(readFileSync(join(folder, file), "utf8")));
  }
  return all;
}

/** Writes all entries, each into its area's file; files without entries go. */
export async function writeExpectations(folder: string, all: Expectations): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const byArea = new Map<string, Expectations>();
  for (const id of Object.keys(all).sort()) {
    const area = areaOf(id);
    const entries = byArea.get(area) ?? {};
    entries[id] = all[id]!;
    byArea.set(area, entries);
  }
  const files = new Map([...byArea].map(([area, entries]) => [`${area.replaceAll("/", "-")}.json`, entries]));
  for (const file of new Glob("*.json").scanSync({ cwd: folder })) {
    if (!files.has(file)) rmSync(join(folder, file));
  }
  for (const [file, entries] of files) {
    writeFileSync(join(folder, file), await format(JSON.stringify(entries), { parser: "json", printWidth: 120 }));
  }
}
