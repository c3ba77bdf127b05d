/** What the doctor finds. */

/** One thing that was looked at. */
export interface Finding {
  /** What it is. */
  readonly name: string;
  /** `bad`: guests do not run, or are not confined as they were meant to be; `warn`: something may come short. */
  readonly state: "ok" | "warn" | "bad";
  /** What was found. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Puts one together. */
export function finding(name: string, state: Finding["state"], found: string, advice?: string): Finding {
  return { name, state, found, ...(advice !== undefined && { advice }) };
}
