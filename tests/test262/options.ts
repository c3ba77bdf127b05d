/** The command line of the test262 runner. */
import { parseArgs } from "node:util";
import type { AwaitAt } from "./results.ts";

export interface Test262Options {
  readonly suite: string | undefined;
  readonly only: readonly string[];
  readonly libRoot: string | undefined;
  readonly awaitAt: AwaitAt;
  readonly json: string | undefined;
  /** A run to compare with. */
  readonly against: string | undefined;
  readonly jobs: number | undefined;
  readonly inFlight: number;
  readonly depth: number;
  readonly verbose: boolean;
  readonly help: boolean;
}

export const usage = `bun tests/test262/main.ts [OPTION...]   runs test262 in isolates

  --suite DIR       a copy of test262 (default: TEST262_DIR)
  --only PREFIX     only these files, for instance language/expressions; may be given several times
  --await WHERE     run language tests with \`await 0;\` before or after their text, as scripts that await are run
  --lib-root DIR    test this checkout's library (NETWORK_RUNTIME_LIB: its engine)
  --json FILE       write all results
  --against FILE    show what differs from the results of an earlier run
  --jobs N          processes at the same time (default: the processors)
  --in-flight N     tests at the same time in each (default: 3)
  --depth N         folders that an area's name has (default: 1)
  --verbose         show every test that does not pass`;

/** @throws Error with a message for the user */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Test262Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      await: { type: "string", default: "none" },
      "lib-root": { type: "string" },
      json: { type: "string" },
      against: { type: "string" },
      jobs: { type: "string" },
      "in-flight": { type: "string", default: "3" },
      depth: { type: "string", default: "1" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const awaitAt = values.await;
  if (awaitAt !== "none" && awaitAt !== "before" && awaitAt !== "after") {
    throw new Error(`--await must be before or after, but is ${awaitAt}`);
  }
  return {
    suite: values.suite ?? environment["TEST262_DIR"],
    only: values.only,
    libRoot: values["lib-root"],
    awaitAt,
    json: values.json,
    against: values.against,
    jobs: values.jobs === undefined ? undefined : positive("--jobs", values.jobs),
    inFlight: positive("--in-flight", values["in-flight"]),
    depth: positive("--depth", values.depth),
    verbose: values.verbose,
    help: values.help,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} must be a positive integer, but is ${text}`);
}
