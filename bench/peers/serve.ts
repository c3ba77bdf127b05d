/**
 * A contender's process: `PEER-FILE LINE PLACEMENT quick|full`. Measures one line once and prints one JSON object:
 * `{"version": …, "values": {…}}` or `{"error": …}`.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { lines } from "../lines/index.ts";
import type { Run } from "../lines/line.ts";
import { childrenOf } from "./children.ts";
import type { Peer } from "./peer.ts";

/** Makes the peer and measures the line named by the process's arguments. */
export async function serve(makePeer: () => Promise<Peer>): Promise<void> {
  const [lineName, placement, extent] = process.argv.slice(2);
  goAhead();
  try {
    const line = lines.find(({ name }) => name === lineName);
    if (!line) throw new Error(`There is no line ${lineName}.`);
    const quick = extent === "quick";
    const run: Run = {
      quick,
      ms: (full) => (quick ? full / 2 : full),
      place: () => {
        if (placement === "two") pinApart();
      },
    };
    const peer = await makePeer();
    const values = await line.measure(peer, run);
    await print({ version: peer.version, values });
    peer.end();
  } catch (error) {
    await print({ error: error instanceof Error ? error.message : String(error) });
  }
  // Some guests still run endless loops.
  process.exit(0);
}

/**
 * Asks to be scheduled ahead of other sessions, so that what else the machine does disturbs less. Only root may; whoever
 * may not is measured like everything else.
 */
function goAhead(): void {
  try {
    writeFileSync("/proc/self/autogroup", "-20");
  } catch {
    // Not permitted, or a kernel without it.
  }
}

/**
 * The host's thread on one processor, every other thread of the process on another. The host's JavaScript runs on the
 * process's first thread in Bun, Node and Deno alike, and threads made later inherit their maker's place.
 */
function pinApart(): void {
  const [first, second] = (process.env.BENCH_CPUS ?? "").split(",");
  if (!first || !second) throw new Error("two processors are needed");
  const pid = String(process.pid);
  execFileSync("taskset", ["-a", "-p", "-c", second, pid], { stdio: "ignore" });
  execFileSync("taskset", ["-p", "-c", first, pid], { stdio: "ignore" });
  // Whose guests are in processes of their own.
  for (const child of childrenOf(process.pid))
    execFileSync("taskset", ["-a", "-p", "-c", second, child], { stdio: "ignore" });
}

function print(result: object): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(result)}\n`, () => resolve()));
}
