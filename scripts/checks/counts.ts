/** Counts out of a JUnit report as `bun test --reporter=junit` writes it. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads the totals of a JUnit report.
 *
 * @throws Error if the text is no such report.
 */
export function countJunit(xml: string): TestCounts {
  const totals = /<testsuites\b([^>]*)>/.exec(xml)?.[1];
  if (totals === undefined) throw new Error("not a JUnit report: no <testsuites>");
  const tests = attribute(totals, "tests");
  const failed = attribute(totals, "failures") + attribute(totals, "errors");
  const skipped = attribute(totals, "skipped");
  return { passed: tests - failed - skipped, failed, skipped };
}

function attribute(attributes: string, name: string): number {
  return Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? 0);
}

/**
 * Counts out of the summary of `zig build test --summary all`: "Build Summary: 5/5 steps succeeded; 12/12 tests passed".
 *
 * @returns undefined if the text has no summary, which is how a compile error ends.
 */
export function countZig(output: string): TestCounts | undefined {
  const match = /(\d+)\/(\d+) tests passed(?:; (\d+) skipped)?/.exec(output);
  if (match === null) return undefined;
  const passed = Number(match[1]);
  const skipped = Number(match[3] ?? 0);
  return { passed, skipped, failed: Number(match[2]) - passed - skipped };
}
