/** Resident memory of this process, and of those that its sandboxes have. */
import { readFileSync, writeFileSync } from "node:fs";
import { childrenOf, statusOf } from "../process/children.ts";

const own = (field: string): number => fieldOf("self", field);

function fieldOf(pid: string | number, field: string): number {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

/** The processes that guests are in; a test may have children of its own, servers. */
function guestProcesses(): number[] {
  return childrenOf(process.pid).filter((pid) => statusOf(pid)?.name === "network-runtime");
}

/** Of this process and of those that guests are in. */
function sumOf(amount: (pid: string | number) => number): number {
  return guestProcesses().reduce((sum, pid) => sum + amount(pid), amount("self"));
}

/** What is resident now, but for code and other parts of files, in MiB. */
export function residentMb(): number {
  return sumOf((pid) => fieldOf(pid, "RssAnon")) / 1024;
}

/** All that is resident now, in MiB. */
export function residentWithFilesMb(): number {
  return sumOf((pid) => fieldOf(pid, "VmRSS")) / 1024;
}

/** The most that was resident since `resetPeak`, in MiB. Files' pages that came meanwhile are in it. */
export function peakMb(): number {
  return sumOf((pid) => fieldOf(pid, "VmHWM") - fieldOf(pid, "RssFile") - fieldOf(pid, "RssShmem")) / 1024;
}

export function resetPeak(): void {
  for (const pid of ["self", ...guestProcesses()]) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, "5");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Reserved addresses, in MiB. */
export function addressSpaceMb(): number {
  return own("VmSize") / 1024;
}

export function threadCount(): number {
  return own("Threads");
}

export function mappingCount(): number {
  return readFileSync("/proc/self/maps", "utf8").split("\n").length;
}
