/** Resident memory of this process. */
import { readFileSync, writeFileSync } from "node:fs";

function status(field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return Number(match?.[1] ?? 0);
}

/** What is resident now, but for code and other parts of files, in MiB. */
export function residentMb(): number {
  return status("RssAnon") / 1024;
}

/** All that is resident now, in MiB. */
export function residentWithFilesMb(): number {
  return status("VmRSS") / 1024;
}

/** The most that was resident since `resetPeak`, in MiB. Files' pages that came meanwhile are in it. */
export function peakMb(): number {
  return (status("VmHWM") - status("RssFile") - status("RssShmem")) / 1024;
}

export function resetPeak(): void {
  writeFileSync("/proc/self/clear_refs", "5");
}

/** Reserved addresses, in MiB. */
export function addressSpaceMb(): number {
  return status("VmSize") / 1024;
}

export function threadCount(): number {
  return status("Threads");
}

export function mappingCount(): number {
  return readFileSync("/proc/self/maps", "utf8").split("\n").length;
}
