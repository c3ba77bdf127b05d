import { percentile } from "../statistics.ts";
import { pause, sparseExchanges } from "./exchanges.ts";
import type { Line } from "./line.ts";

const HOGS = 16;

export const fairness: Line = {
  name: "fairness",
  title: `quiet isolate's round trip beside ${HOGS} endless loops`,
  placements: ["free"],
  rounds: { full: 1, quick: 1 },
  without: { quickjs: "one thread", "isolated-vm": "loops hold its threads: no answer" },
  metrics: [
    { key: "p50", title: "p50", unit: "ms", better: "lower" },
    { key: "p99", title: "p99", unit: "ms", better: "lower" },
  ],
  goal: (metric) => (metric.key === "p99" ? { text: "100 ms", bound: 100 } : undefined),
  async measure(peer, run) {
    const quiet = await peer.open("receive = send;");
    for (let i = 0; i < HOGS; i++) {
      const hog = await peer.open("receive = () => { for (;;); };");
      hog.send("start");
    }
    await pause(200);
    const samples = await sparseExchanges(quiet, { n: 1 }, run.quick ? 40 : 150, 5);
    return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
  },
};
