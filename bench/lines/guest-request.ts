import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";
import { relativeTo } from "./line.ts";
import { requests } from "./requests.ts";

/** Across two processors a request is to be this much quicker than a Bun Worker's. */
const ACROSS_FACTOR = 1 / 5;

export const guestRequest: Line = {
  name: "guest-request",
  title: "request guest → host → guest",
  placements: ["one", "two"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "p50", unit: "us", better: "lower" },
    { key: "p99", title: "p99", unit: "us", better: "lower" },
  ],
  goal(metric, input) {
    if (metric.key !== "p50") return undefined;
    return relativeTo(input, "bun-worker", "Bun Worker", input.placement === "two" ? ACROSS_FACTOR : 1);
  },
  async measure(peer, run) {
    const guest = await peer.open(`
      receive = async () => {
        while (await request({ n: 1 }) === "more");
        send("done");
      };
    `);
    await requests(peer, guest, 150);
    run.place();
    await requests(peer, guest, 150);
    run.place();
    const samples = await requests(peer, guest, run.ms(600));
    return { p50: percentile(samples, 0.5) * 1000, p99: percentile(samples, 0.99) * 1000 };
  },
};
