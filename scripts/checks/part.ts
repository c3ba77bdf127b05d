import { runCheck, type Check } from "./formatters.ts";

/** What one part of `npm test` came to. */
export interface PartResult {
  readonly passed: number;
  readonly failed: number;
  /** Why, if the counts alone do not tell. */
  readonly note?: string;
  /** What each failed test printed. */
  readonly failures?: readonly string[];
}

/** One part of `npm test`. Its output goes to the terminal as it comes. */
export interface Part {
  readonly name: string;
  run(): Promise<PartResult>;
}

/** A check counts as one test. */
export function checkPart(check: Check): Part {
  return {
    name: check.name,
    run: async () => ((await runCheck(check)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
  };
}
