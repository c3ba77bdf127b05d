import { root } from "../setup/paths.mjs";
import { lastLines } from "./failures.ts";
import type { Check } from "./formatters.ts";
import { collect } from "./output.ts";

/** What one part of `npm test` came to. */
export interface PartResult {
  readonly passed: number;
  readonly failed: number;
  /** Why, if the counts alone do not tell. */
  readonly note?: string;
  /** What each failed test printed. */
  readonly failures?: readonly string[];
}

/** One part of `npm test`. Its output goes to the terminal as it comes, or when it has ended if the part is quiet. */
export interface Part {
  readonly name: string;
  readonly quiet?: boolean;
  run(): Promise<PartResult>;
}

/** A check counts as one test. It gives way to whatever else runs. */
export function checkPart({ name, command }: Check): Part {
  return { name, quiet: true, run: () => runQuietly(name, ["nice", ...command]) };
}

async function runQuietly(name: string, command: string[]): Promise<PartResult> {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const printed = (await Promise.all([collect(child.stdout), collect(child.stderr)])).join("");
  if (printed.trim() !== "") console.log(`\n── ${name}\n${printed.trim()}`);
  if ((await child.exited) === 0) return { passed: 1, failed: 0 };
  return { passed: 0, failed: 1, failures: [lastLines(printed)] };
}
