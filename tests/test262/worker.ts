// A process of the runner: runs what it is told and tells what it came to. A crash of the engine ends it, and only it.
import type * as Library from "network-runtime";
import type { AwaitAt, Outcome } from "./results.ts";
import { runScenario } from "./run-one.ts";
import type { Scenario } from "./suite.ts";

/** Its argument, as JSON. */
export interface WorkerSettings {
  readonly suite: string;
  /** lib/index.ts of the checkout that is tested. */
  readonly library: string;
  readonly awaitAt: AwaitAt;
}

export interface Job extends Scenario {
  readonly id: number;
}

/** `v8` once, first; then one of the others for each job. */
export type Told = { readonly v8: string } | ({ readonly id: number; readonly ms: number } & Outcome);

const { suite, library, awaitAt } = JSON.parse(process.argv[2]!) as WorkerSettings;
const { V8Sandbox } = (await import(library)) as typeof Library;
// Some built-ins are tested for every code point there is.
const sandbox = new V8Sandbox({ threads: 2, cpuMs: 20_000, memoryMb: 512 });
const tell = (told: Told): void => void process.send!(told);

process.on("message", async (job: Job | "end") => {
  if (job === "end") {
    sandbox.shutdown();
    process.exit(0);
  }
  const started = performance.now();
  const outcome = await runScenario(sandbox, suite, job, awaitAt);
  tell({ id: job.id, ...outcome, ms: Math.round(performance.now() - started) });
});
tell({ v8: sandbox.versions.v8 });
