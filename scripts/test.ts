// npm test: every check of the project, in one run that ends with one line "N passed, N failed".
//   npm test [-- PART...]     PART: the beginning of a part's name, for instance "tests/cli" or "zig"
import { formatters } from "./checks/formatters.ts";
import { checkPart, type Part, type PartResult } from "./checks/part.ts";
import { plainTestParts, processTestParts } from "./checks/bun-tests.ts";
import { zigTestPart } from "./checks/zig-tests.ts";
import { documentationCheck, typeChecks } from "./checks/types.ts";
import { wptPart } from "./checks/wpt.ts";

/** As many are printed again. */
const FAILURES_MAX = 10;

const wanted = process.argv.slice(2);
/** What only reads files; it is done in the time that the tests wait. */
const checks = [...formatters("check"), ...typeChecks(), documentationCheck()].map(checkPart);
/** One after the other: each has the machine for itself. */
const tests = [zigTestPart(), ...plainTestParts(wanted), ...processTestParts(wanted), wptPart()];

interface Run {
  readonly name: string;
  readonly seconds: number;
  readonly result: PartResult;
}

async function runAll(parts: readonly Part[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const part of parts) {
    if (wanted.length > 0 && !wanted.some((prefix) => part.name.startsWith(prefix))) continue;
    if (!part.quiet) console.log(`\n── ${part.name}`);
    const started = performance.now();
    const result = await part.run();
    runs.push({ name: part.name, seconds: (performance.now() - started) / 1000, result });
  }
  return runs;
}

const results = (await Promise.all([runAll(checks), runAll(tests)])).flat();

console.log("\n── summary");
for (const { name, seconds, result } of results) {
  const note = result.note === undefined ? "" : `  (${result.note})`;
  const verdict = result.failed > 0 ? "FAIL" : "ok  ";
  console.log(
    `${verdict} ${name.padEnd(24)} ${result.passed} passed, ${result.failed} failed, ${seconds.toFixed(1)} s${note}`,
  );
}

// Once more, after the summary: whoever has only the last lines of a long run is to know what failed in it.
const failures = results.flatMap(({ name, result }) => (result.failures ?? []).map((text) => `── ${name}\n${text}`));
for (const text of failures.slice(0, FAILURES_MAX)) console.log(`\n${text}`);

const passed = results.reduce((sum, { result }) => sum + result.passed, 0);
const failed = results.reduce((sum, { result }) => sum + result.failed, 0);
// Nothing run is nothing proved.
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
