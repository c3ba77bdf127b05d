/** The processors that this process' main thread shares with others. */
import { readFileSync } from "node:fs";

/** Of /proc/stat, everywhere. */
const MS_A_TICK = 10;

/**
 * How long the thread has been ready to run while others did, in milliseconds since its start: other threads, and other
 * machines on the same processors (of all of them, as which was the thread's is not told).
 */
export function waitedForProcessorMs(): number {
  const [, waitedNs = "0"] = readFileSync("/proc/self/schedstat", "utf8").split(" ");
  const [, , , , , , , , , stolenTicks = "0"] = readFileSync("/proc/stat", "utf8").split(" ", 10);
  return Number(waitedNs) / 1e6 + Number(stolenTicks) * MS_A_TICK;
}
