/** What runs come to. */
import type { Mode } from "./front-matter.ts";

/** `crash`: the host's process ended. `skip`: not applicable to a guest. */
export type Status = "pass" | "fail" | "crash" | "skip";

export interface Outcome {
  readonly status: Status;
  /** Why, unless it passed. */
  readonly reason: string;
}

/** One file in one mode. */
export interface Result extends Outcome {
  /** Path from the suite's test/. */
  readonly file: string;
  readonly mode: Mode;
  /** Elapsed time, in milliseconds. */
  readonly ms: number;
}

/** How the test's text gets an await at its top level, so that it runs as scripts with one do. */
export type AwaitAt = "none" | "before" | "after";

export interface RunResult {
  readonly v8: string;
  readonly awaitAt: AwaitAt;
  readonly seconds: number;
  readonly results: readonly Result[];
  /** Crashes that did not happen again when the tests under way ran alone: their files. */
  readonly unexplained: readonly (readonly string[])[];
}

const worstFirst: readonly Status[] = ["crash", "fail", "pass", "skip"];

/** Of each file the worst that one of its modes comes to. */
export function statusOfFiles(results: Iterable<Result>): Map<string, Status> {
  const files = new Map<string, Status>();
  for (const { file, status } of results) {
    const other = files.get(file);
    if (other === undefined || worstFirst.indexOf(status) < worstFirst.indexOf(other)) files.set(file, status);
  }
  return files;
}
