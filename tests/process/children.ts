/** Processes as the system tells of them. */
import { readFileSync, readdirSync } from "node:fs";

/** Numbers of processes that were started by this one and are not forgotten, zombies too. */
export function childrenOf(parent: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statusOf(pid)?.parent === parent);
}

/** What the system says of a process; undefined if there is none. */
export function statusOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [, state, parent] = /\) (\w) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))!;
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
