// test262 in isolates, see options.ts for what it takes and README.md for how it works.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { root } from "../../scripts/setup/paths.mjs";
import { type Test262Options, parseOptions, usage } from "./options.ts";
import { runPool } from "./pool.ts";
import { difference, failureGroups, notApplicable, tableOf } from "./report.ts";
import type { Result, RunResult } from "./results.ts";
import { checkSuite, findScenarios, proposedFeatures, readTest } from "./suite.ts";

const PROGRESS_EVERY = 5000;

let options: Test262Options;
let suite: string;
try {
  options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(usage);
    process.exit(0);
  }
  suite = resolve(checkSuite(options.suite));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}

const run = await runAll();
if (options.json !== undefined) await Bun.write(options.json, JSON.stringify(run));
console.log(`V8 ${run.v8}, ${run.results.length} runs, ${run.seconds} s\n`);
const featuresOf = (file: string): readonly string[] => readTest(suite, file).meta.features;
const proposed = proposedFeatures(suite);
const isProposal = (file: string): boolean => featuresOf(file).some((feature) => proposed.has(feature));
console.log(`${tableOf(run.results, options.depth, isProposal)}\n`);
console.log(`Not applicable:\n${notApplicable(run.results)}\n`);
console.log(failureGroups(run.results, featuresOf));
for (const files of run.unexplained) console.log(`\nA crash that did not happen again:\n  ${files.join("\n  ")}`);
if (options.against !== undefined) {
  const before = JSON.parse(readFileSync(options.against, "utf8")) as RunResult;
  console.log(`\nAgainst V8 ${before.v8}, runs:\n${difference(before, run)}`);
}

async function runAll(): Promise<RunResult> {
  const started = performance.now();
  const { scenarios, skipped } = findScenarios(suite, options.only, options.awaitAt);
  const results: Result[] = skipped.map((scenario) => ({ ...scenario, status: "skip", ms: 0 }));
  const library = join(resolve(options.libRoot ?? root), "lib/index.ts");
  let count = 0;
  const { v8, unexplained } = await runPool(
    scenarios,
    { suite, library, awaitAt: options.awaitAt },
    { jobs: options.jobs ?? availableParallelism(), inFlight: options.inFlight },
    (result) => {
      results.push(result);
      const { file, mode, status, reason } = result;
      if (options.verbose && status !== "pass") console.log(`${status} ${file} (${mode}): ${reason}`);
      if (++count % PROGRESS_EVERY === 0) console.log(`${count} of ${scenarios.length} runs`);
    },
  );
  const order = (result: Result): string => `${result.file} ${result.mode}`;
  results.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const seconds = Math.round((performance.now() - started) / 1000);
  return { v8, awaitAt: options.awaitAt, seconds, results, unexplained };
}
