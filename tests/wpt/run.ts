/** Runs many test files in one runtime, several at a time. */
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { WptTest } from "./checkout.ts";
import type { FileResult, RunResult } from "./results.ts";
import { Ours } from "./runtimes/ours.ts";
import { ProcessRuntime } from "./runtimes/process.ts";
import { StandIn } from "./stand-in/stand-in.ts";
import type { Runtime, RuntimeName } from "./runtimes/runtime.ts";

/**
 * Runs the tests. Some wait and some compute, so that by default there are twice as many at a time as processors.
 * @param finished - told of every result as it comes
 */
export async function runTests(
  runtimeName: RuntimeName,
  checkout: string,
  tests: readonly WptTest[],
  jobs: number | undefined,
  finished: (result: FileResult) => void,
): Promise<RunResult> {
  await using server = await StandIn.start(checkout);
  await using runtime: Runtime =
    runtimeName === "ours" ? new Ours(checkout, server) : new ProcessRuntime(runtimeName, checkout, server);
  const files: FileResult[] = new Array(tests.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tests.length) {
      const index = next++;
      files[index] = await runtime.run(tests[index]!);
      finished(files[index]);
    }
  };
  await Promise.all(Array.from({ length: jobs ?? availableParallelism() * 2 }, work));
  return { runtime: runtime.name, version: runtime.version, checkout: basename(checkout), files };
}
