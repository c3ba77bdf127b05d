import process from "node:process";
import { childrenOf, privateBytesOf } from "../peers/children.ts";
import type { Guest } from "../peers/peer.ts";
import { pause } from "./exchanges.ts";
import type { Line } from "./line.ts";

const MB = 1024 * 1024;

export const memory: Line = {
  name: "memory",
  title: "resident memory per idle isolate",
  placements: ["free"],
  rounds: { full: 1, quick: 1 },
  metrics: [{ key: "mb", title: "MB", unit: "MB", better: "lower" }],
  goal: () => ({ text: "2.0 MB", bound: 2 }),
  async measure(peer, run) {
    const guests: Guest[] = [];
    const add = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const guest = await peer.create();
        await guest.evaluate("1+1");
        guests.push(guest);
      }
      await pause(200);
    };
    // The first ones pay for what all share.
    await add(5);
    const before = used();
    const count = run.quick ? 25 : 100;
    await add(count);
    return { mb: (used() - before) / MB / count };
  },
};

/** Resident here, and alone in processes of ours. */
function used(): number {
  return childrenOf(process.pid).reduce((sum, pid) => sum + privateBytesOf(pid), process.memoryUsage().rss);
}
