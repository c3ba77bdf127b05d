/** Processes that a contender has started, as far as its guests are in them. */
import { readFileSync, readdirSync } from "node:fs";

/** @returns their numbers */
export function childrenOf(parent: number): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Number(/\) \w (\d+) /.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1]) === parent;
    } catch {
      return false;
    }
  });
}

/** What of memory is theirs alone, in bytes. */
export function privateBytesOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].map(([, amount]) => Number(amount));
    return 1024 * kilobytes.reduce((sum, amount) => sum + amount, 0);
  } catch {
    return 0;
  }
}
