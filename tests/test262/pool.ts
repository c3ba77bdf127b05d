/** Runs many tests in processes that may crash. */
import { fileURLToPath } from "node:url";
import type { Result } from "./results.ts";
import type { Scenario } from "./suite.ts";
import type { Job, Told, WorkerSettings } from "./worker.ts";

/** After so many a process is replaced, so that none inherits what thousands have left. */
const TESTS_PER_PROCESS = 500;
/** A process that tells nothing for so long hangs; tests themselves end sooner. */
const SILENCE_MS = 180_000;

export interface PoolOptions {
  /** Processes at the same time. */
  readonly jobs: number;
  /** Tests at the same time in each. */
  readonly inFlight: number;
}

interface Batch {
  readonly v8: string;
  /** Under way when the process ended before its time, in the order they were begun. */
  readonly lost: readonly Scenario[];
  /** How it ended, if that was before its time. */
  readonly ending: string;
}

/**
 * Runs all. Tests under way in a process that crashes run once more, each in a process of its own, which tells whose
 * crash it was.
 * @param finished - told of each result as it comes
 */
export async function runPool(
  scenarios: readonly Scenario[],
  settings: WorkerSettings,
  { jobs, inFlight }: PoolOptions,
  finished: (result: Result) => void,
): Promise<{ v8: string; unexplained: string[][] }> {
  const queue = [...scenarios].reverse();
  const suspects: (readonly Scenario[])[] = [];
  let v8 = "";
  await parallel(jobs, async () => {
    while (queue.length > 0) {
      const batch = await runBatch(queue, TESTS_PER_PROCESS, inFlight, settings, finished);
      v8 ||= batch.v8;
      if (batch.lost.length > 0) suspects.push(batch.lost);
      else if (batch.ending !== "") throw new Error(`a worker process fails: ${batch.ending}`);
    }
  });
  const unexplained: string[][] = [];
  await parallel(jobs, async () => {
    for (let group = suspects.pop(); group !== undefined; group = suspects.pop()) {
      let crashes = 0;
      for (const scenario of group) {
        const { lost, ending } = await runBatch([scenario], 1, 1, settings, finished);
        if (ending === "") continue;
        if (lost.length === 0) throw new Error(`a worker process fails: ${ending}`);
        crashes++;
        finished({ ...scenario, status: "crash", reason: ending, ms: 0 });
      }
      if (crashes === 0) unexplained.push(group.map(({ file }) => file));
    }
  });
  return { v8, unexplained };
}

async function runBatch(
  queue: Scenario[],
  limit: number,
  inFlight: number,
  settings: WorkerSettings,
  finished: (result: Result) => void,
): Promise<Batch> {
  const pending = new Map<number, Scenario>();
  let v8 = "";
  let begun = 0;
  let ended = false;
  let timer: Timer | undefined;
  const feed = (): void => {
    while (pending.size < inFlight && begun < limit && queue.length > 0) {
      const scenario = queue.pop()!;
      pending.set(begun, scenario);
      child.send({ id: begun++, ...scenario } satisfies Job);
    }
    clearTimeout(timer);
    if (pending.size > 0) timer = setTimeout(() => child.kill("SIGKILL"), SILENCE_MS);
    else if (!ended) child.send("end");
    ended ||= pending.size === 0;
  };
  const child = Bun.spawn(
    [process.execPath, fileURLToPath(new URL("worker.ts", import.meta.url)), JSON.stringify(settings)],
    {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      ipc(told: Told) {
        if ("v8" in told) {
          v8 = told.v8;
        } else {
          const { id, ...outcome } = told;
          finished({ ...pending.get(id)!, ...outcome });
          pending.delete(id);
        }
        feed();
      },
    },
  );
  const errors = await new Response(child.stderr).text();
  await child.exited;
  clearTimeout(timer);
  const signal = child.signalCode;
  const ending = ended && child.exitCode === 0 ? "" : `${signal ?? `exit ${child.exitCode}`} ${gist(errors)}`.trim();
  return { v8, lost: [...pending.values()], ending };
}

/** Of what a process that crashed wrote: V8 says what is wrong in a line that begins so. */
function gist(errors: string): string {
  const lines = errors.split("\n").map((line) => line.trim());
  const told = lines.find((line) => /fatal|check failed|unreachable|segmentation|panic/i.test(line));
  return (told ?? lines.find((line) => line !== "") ?? "").slice(0, 200);
}

async function parallel(count: number, work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, work));
}
