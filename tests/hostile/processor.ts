/** The processor that this process' main thread shares with others. */
import { readFileSync } from "node:fs";

/** How long the thread has been ready to run while others did, in milliseconds since its start. */
export function waitedForProcessorMs(): number {
  const [, waitedNs = "0"] = readFileSync("/proc/self/schedstat", "utf8").split(" ");
  return Number(waitedNs) / 1e6;
}
