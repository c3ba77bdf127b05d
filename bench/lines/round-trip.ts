import { percentile } from "../statistics.ts";
import { exchanges, sparseExchanges } from "./exchanges.ts";
import type { Line } from "./line.ts";
import { relativeTo } from "./line.ts";

/** Across two processors a round trip is to be this much quicker than a Bun Worker's. */
const ACROSS_FACTOR = 1 / 5;

export const roundTrip: Line = {
  name: "round-trip",
  title: "round trip host → guest → host",
  placements: ["one", "two"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "p50", unit: "us", better: "lower" },
    { key: "p99", title: "p99", unit: "us", better: "lower" },
    { key: "sparse", title: "p50 after 3 ms of silence", unit: "us", better: "lower" },
  ],
  goal(metric, input) {
    if (metric.key !== "p50") return undefined;
    return relativeTo(input, "bun-worker", "Bun Worker", input.placement === "two" ? ACROSS_FACTOR : 1);
  },
  async measure(peer, run) {
    const guest = await peer.open("receive = send;");
    const message = { n: 1 };
    await exchanges(guest, message, 150);
    run.place();
    await exchanges(guest, message, 150);
    run.place();
    const samples = await exchanges(guest, message, run.ms(600));
    const sparse = await sparseExchanges(guest, message, run.ms(100), 3);
    return {
      p50: percentile(samples, 0.5) * 1000,
      p99: percentile(samples, 0.99) * 1000,
      sparse: percentile(sparse, 0.5) * 1000,
    };
  },
};
