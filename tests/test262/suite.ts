/** A copy of test262: which tests it has, and the scripts that make one up. */
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { whyNotApplicable } from "./applicable.ts";
import { type FrontMatter, type Mode, modesOf, parseFrontMatter } from "./front-matter.ts";
import type { AwaitAt } from "./results.ts";

/** One file in one mode. */
export interface Scenario {
  /** Path from the suite's test/. */
  readonly file: string;
  readonly mode: Mode;
}

export interface ParsedTest {
  readonly source: string;
  readonly meta: FrontMatter;
}

/** @throws Error with a message for the user if the folder is no copy of test262 */
export function checkSuite(suite: string | undefined): string {
  if (suite !== undefined && existsSync(join(suite, "harness/assert.js"))) return suite;
  const what = suite === undefined ? "There is no test262" : `${suite} is no copy of test262`;
  throw new Error(`${what}: clone tc39/test262 from GitHub and name its folder by --suite or TEST262_DIR.`);
}

/**
 * @param only - beginnings of paths; none: all files
 * @returns what to run, and what does not apply, with the reason
 */
export function findScenarios(
  suite: string,
  only: readonly string[],
  awaitAt: AwaitAt,
): { scenarios: Scenario[]; skipped: (Scenario & { reason: string })[] } {
  const scenarios: Scenario[] = [];
  const skipped: (Scenario & { reason: string })[] = [];
  for (const file of [...new Glob("**/*.js").scanSync({ cwd: join(suite, "test") })].sort()) {
    if (file.includes("_FIXTURE") || (only.length > 0 && !only.some((prefix) => file.startsWith(prefix)))) continue;
    const { source, meta } = readTest(suite, file);
    const reason = whyNotApplicable(meta, source);
    for (const mode of modesOf(meta)) {
      const why = reason ?? (mode === "raw" && awaitAt !== "none" ? "may not be given an await" : undefined);
      if (why === undefined) scenarios.push({ file, mode });
      else skipped.push({ file, mode, reason: why });
    }
  }
  return { scenarios, skipped };
}

/** @throws Error if the file's front matter is at fault */
export function readTest(suite: string, file: string): ParsedTest {
  const source = readFileSync(join(suite, "test", file), "utf8");
  return { source, meta: parseFrontMatter(source) };
}

/** Features that are not in the standard yet, which a test of them says. */
export function proposedFeatures(suite: string): Set<string> {
  const text = readFileSync(join(suite, "features.txt"), "utf8");
  const proposed = text.slice(0, text.indexOf("## Standard language features"));
  return new Set(
    proposed
      .split("\n")
      .filter((line) => /^[^#\s]/.test(line))
      .map((line) => line.split(/\s/)[0]!),
  );
}

/** The test's own text as it is run. */
export function textOf({ source }: ParsedTest, mode: Mode, awaitAt: AwaitAt): string {
  const directive = mode === "strict" ? `"use strict";\n` : "";
  const before = awaitAt === "before" ? "await 0;\n" : "";
  // On a line of its own: the test may end in a comment, or without a semicolon.
  const after = awaitAt === "after" ? "\nawait 0;\n" : "";
  return `${directive}${before}${source}${after}`;
}

/** Files of harness/ that run before the test. */
export function harnessOf({ meta }: ParsedTest): string[] {
  if (meta.flags.has("raw")) return [];
  return ["assert.js", "sta.js", ...(meta.flags.has("async") ? ["doneprintHandle.js"] : []), ...meta.includes];
}
