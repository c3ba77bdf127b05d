// bun run wpt: web-platform-tests in isolates, see options.ts for what it takes and README.md for how to use it.
import { basename, join, resolve } from "node:path";
import { format } from "prettier";
import { root } from "../../scripts/setup/paths.mjs";
import { ensureWptCopy } from "../../scripts/wpt/copy.ts";
import { findTests } from "./checkout.ts";
import { compare, describe, readExpectations, writeExpectations } from "./expectations.ts";
import { parseOptions, usage, type WptOptions } from "./options.ts";
import { knownOrRun } from "./known.ts";
import { conformance } from "./report.ts";
import { type RunResult, countPasses, failuresOf } from "./results.ts";
import { runTests } from "./run.ts";

let options: WptOptions;
try {
  options = parseOptions(process.argv.slice(2), join(import.meta.dir, "expectations"));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const checkout = options.dir === undefined ? await ensureWptCopy() : resolve(options.dir);
const tests = findTests(checkout, options.filters);
if (tests.length === 0) {
  console.error(`There are no tests in ${checkout}${options.filters.map((filter) => `, ${filter}`).join("")}.`);
  process.exit(2);
}

if (options.report) {
  const runs = [await run({ ...options, runtime: "ours" })];
  for (const runtime of ["bun", "node"] as const) {
    runs.push(await knownOrRun(checkout, runtime, tests, () => run({ ...options, runtime })));
  }
  const report = conformance(options.label ?? basename(checkout), runs);
  const file = Bun.file(join(root, "docs/conformance.md"));
  // What is not of these tests stays.
  const [, others = ""] = /^(## test262\n[^]*)/m.exec(await file.text()) ?? [];
  await file.write(await format(`${report}\n${others}`, { parser: "markdown", printWidth: 120 }));
} else {
  const result = await run(options);
  if (options.json !== undefined) await Bun.write(options.json, JSON.stringify(result, undefined, 1));
  if (options.update) await update(result, options.expectations!);
  else if (options.expectations !== undefined) judge(result, options.expectations);
}

async function run({ runtime, jobs, verbose }: WptOptions): Promise<RunResult> {
  const started = performance.now();
  let count = 0;
  const result = await runTests(runtime, checkout, tests, jobs, (file) => {
    count++;
    const { passed, total } = countPasses([file]);
    if (verbose) {
      console.log(`${file.id}: ${file.harness} ${passed}/${total}, ${file.ms} ms ${file.message}`);
      for (const { name, status, message } of file.subtests) {
        if (status !== "PASS") console.log(`  ${status} ${name}: ${message}`);
      }
    } else if (count % 50 === 0) console.log(`${runtime}: ${count} of ${tests.length} files`);
  });
  const { passed, total } = countPasses(result.files);
  const full = result.files.filter((file) => failuresOf(file).length === 0).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${runtime} ${result.version}: ${passed} of ${total} subtests, ${full} of ${count} files in full, ${seconds} s`,
  );
  return result;
}

/** The last line is what scripts/checks/wpt.ts reads. */
function judge(result: RunResult, folder: string): void {
  const expectations = readExpectations(folder);
  const judged = result.files.map((file) => ({ id: file.id, differences: compare(file, expectations[file.id]) }));
  if (options.filters.length === 0) {
    const ids = new Set(judged.map(({ id }) => id));
    const gone = Object.keys(expectations).filter((id) => !ids.has(id));
    judged.push(...gone.map((id) => ({ id, differences: ["has an entry, but is no test"] })));
  }
  const unexpected = judged.filter(({ differences }) => differences.length > 0);
  for (const { id, differences } of unexpected) {
    console.log(`✗ ${id}`);
    for (const difference of differences) console.log(`    ${difference}`);
  }
  console.log(`${judged.length - unexpected.length} as expected, ${unexpected.length} not`);
  process.exitCode = unexpected.length === 0 ? 0 : 1;
}

async function update(result: RunResult, folder: string): Promise<void> {
  const old = readExpectations(folder);
  const kept = options.filters.length === 0 ? {} : old;
  const described = result.files.map((file) => [file.id, describe(file, old[file.id], options.reason)] as const);
  await writeExpectations(folder, { ...kept, ...Object.fromEntries(described) });
  const unexplained = described.filter(([, entry]) => entry.failures !== undefined && entry.reason === undefined);
  for (const [id] of unexplained) console.log(`${id}: its entry needs a reason`);
}
