/** Results of other runtimes, kept in the cache: they do not change with this project. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { cache } from "../../scripts/setup/paths.mjs";
import type { WptTest } from "./checkout.ts";
import type { RunResult } from "./results.ts";
import { runtimeOf } from "./runtimes/process.ts";

/** The kept results of these tests, if they are complete and of the very version that is installed; else a run's. */
export async function knownOrRun(
  checkout: string,
  runtime: "bun" | "node",
  tests: readonly WptTest[],
  run: () => Promise<RunResult>,
): Promise<RunResult> {
  const kept = join(cache, "wpt/results", `${basename(checkout)}-${runtime}.json`);
  if (existsSync(kept)) {
    const known = (await Bun.file(kept).json()) as RunResult;
    const byId = new Map(known.files.map((file) => [file.id, file]));
    const files = tests.map(({ id }) => byId.get(id)).filter((file) => file !== undefined);
    if (files.length === tests.length && known.version === runtimeOf(runtime).version) return { ...known, files };
  }
  const result = await run();
  await Bun.write(kept, JSON.stringify(result));
  return result;
}
