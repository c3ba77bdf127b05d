/** Lines of one failed test that are worth repeating: its error is at the end of what it printed. */
const LINES_MAX = 25;

/**
 * What failed tests printed, out of the output of `bun test`: the lines between the verdict of the test before and their
 * own, which comes last.
 */
export function failuresOf(output: string): string[] {
  const failures: string[] = [];
  let lines: string[] = [];
  for (const line of Bun.stripANSI(output).split("\n")) {
    lines.push(line);
    const [, verdict] = /^\((pass|fail)\)/.exec(line) ?? [];
    if (verdict === "fail") failures.push(end(lines));
    if (verdict !== undefined) lines = [];
  }
  return failures;
}

/** Of what went wrong outside of a test. */
export function lastLines(output: string): string {
  return end(Bun.stripANSI(output).trim().split("\n"));
}

function end(lines: readonly string[]): string {
  return lines.slice(-LINES_MAX).join("\n").trim();
}
