/** The command line of `bun run wpt`. */
import { parseArgs } from "node:util";
import type { RuntimeName } from "./runtimes/runtime.ts";

export interface WptOptions {
  /** Folder of a checkout, or undefined: the copy that the project brings. */
  readonly dir: string | undefined;
  readonly runtime: RuntimeName;
  /** File to write the results to, JSON. */
  readonly json: string | undefined;
  /** Globs over test files; none: all of them. */
  readonly filters: readonly string[];
  /** Files at the same time, or undefined: as many as suit the machine. */
  readonly jobs: number | undefined;
  /** Folder of expectations to compare with, or undefined: none. */
  readonly expectations: string | undefined;
  readonly update: boolean;
  /** For entries that an update makes. */
  readonly reason: string | undefined;
  readonly report: boolean;
  /** What the report calls the checkout. */
  readonly label: string | undefined;
  readonly verbose: boolean;
  readonly help: boolean;
}

export const usage = `bun run wpt [OPTION...]   runs web-platform-tests in isolates and compares with what is expected

  --dir DIR             a checkout of web-platform-tests (default: the copy of \`npm test\`, compared with
                        tests/wpt/expectations)
  --runtime NAME        ours, bun or node (default: ours)
  --filter GLOB         only these files, for instance 'url/**'; may be given several times
  --jobs N              files at the same time
  --expectations DIR    compare with the entries of this folder
  --update              write the entries so that they describe this run; reasons are kept
  --reason TEXT         reason of entries that the update makes
  --json FILE           write all results
  --report              run in all runtimes and write docs/conformance.md; Bun's and Node's results are kept in .cache
  --label TEXT          what the report calls the checkout: its date, its commit
  --verbose             show every failed subtest`;

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[], defaultExpectations: string): WptOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: "string" },
      runtime: { type: "string", default: "ours" },
      filter: { type: "string", multiple: true, default: [] },
      jobs: { type: "string" },
      expectations: { type: "string" },
      update: { type: "boolean", default: false },
      reason: { type: "string" },
      json: { type: "string" },
      report: { type: "boolean", default: false },
      label: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { runtime } = values;
  if (runtime !== "ours" && runtime !== "bun" && runtime !== "node") {
    throw new Error(`--runtime must be ours, bun or node, but is ${runtime}`);
  }
  const jobs = values.jobs === undefined ? undefined : Number(values.jobs);
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) throw new Error("--jobs must be a positive integer");
  // Entries describe one state of the tests: another checkout has its own, if any.
  const usesDefault = values.dir === undefined && runtime === "ours";
  const expectations = values.expectations ?? (usesDefault ? defaultExpectations : undefined);
  if (values.update && expectations === undefined) throw new Error("--update needs --expectations with --dir");
  return {
    dir: values.dir,
    runtime,
    json: values.json,
    filters: values.filter,
    jobs,
    expectations,
    update: values.update,
    reason: values.reason,
    report: values.report,
    label: values.label,
    verbose: values.verbose,
    help: values.help,
  };
}
