/** Programs whose tools have names of their own, and not that of `tools`. */
import type { Language, RunOptions, RunResult } from "../run/index.ts";
import { run } from "../run/index.ts";

/**
 * Runs a program as the body of an async function.
 *
 * @param prefix - statements before it, which bind what is in `tools`; errors count from behind them
 */
export function runBody(
  prefix: string,
  code: string,
  options: Pick<RunOptions, "tools" | "limits" | "sandbox" | "signal"> & { readonly language?: Language },
): Promise<RunResult> {
  const lines = prefix.split("\n");
  const place = { lineOffset: 1 - lines.length, columnOffset: -lines.at(-1)!.length };
  return run(prefix + code, { ...options, ...place, functionBody: true, filename: "program.js" });
}
