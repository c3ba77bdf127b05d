/** Processes as the system tells of them. */
import { readFileSync, readdirSync } from "node:fs";

/** Of a process. */
export interface Status {
  /** At most 15 characters. */
  readonly name: string;
  readonly state: string;
  readonly parent: number;
}

/** Numbers of processes that were started by this one and are not forgotten, zombies too. */
export function childrenOf(parent: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statusOf(pid)?.parent === parent);
}

/** What the system says of a process; undefined if there is none. */
export function statusOf(pid: number): Status | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name may contain anything.
    const [, name, state, parent] = /^\d+ \((.*)\) (\w) (\d+) /s.exec(stat)!;
    return { name: name!, state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
