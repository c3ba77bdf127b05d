/** Something that test files run in. */
import type { WptTest } from "../checkout.ts";
import type { FileResult } from "../results.ts";

/** One runtime, for any number of files at the same time. */
export interface Runtime extends AsyncDisposable {
  readonly name: RuntimeName;
  readonly version: string;
  /** Runs one file in a world of its own. Rejects only if the runner itself is at fault. */
  run(test: WptTest): Promise<FileResult>;
}

export type RuntimeName = "ours" | "bun" | "node";

/** What a test's own timeout may be overrun by, in milliseconds, before its world is ended. */
export const GRACE_MS = 10_000;
