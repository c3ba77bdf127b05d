import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";
import { bestOf } from "./line.ts";
import { onePlusOne } from "./one-plus-one.ts";

/** Worst ratio to a bare isolate and context of the same V8. */
const BARE_FACTOR = 1.6;

export const create: Line = {
  name: "create",
  title: "create + 1+1 + result",
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "p50", unit: "ms", better: "lower" },
    { key: "p95", title: "p95", unit: "ms", better: "lower" },
    { key: "bareP50", title: "bare isolate + context, p50", unit: "ms", better: "lower" },
  ],
  goal(metric, input) {
    if (metric.key !== "p50") return undefined;
    const bare = input.value("ours", "bareP50");
    if (bare !== undefined) return { text: `bare isolate × ${BARE_FACTOR}`, bound: bare * BARE_FACTOR };
    return bestOf(metric, input, { "bun-worker": "Bun Worker", "isolated-vm": "isolated-vm" });
  },
  async measure(peer, run) {
    const samples: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < 5; i++) await onePlusOne(peer);
    const end = performance.now() + run.ms(1200);
    while (samples.length < 200 && performance.now() < end) {
      samples.push(await onePlusOne(peer));
      if (peer.bare) bare.push(peer.bare());
    }
    return {
      p50: percentile(samples, 0.5),
      p95: percentile(samples, 0.95),
      ...(bare.length > 0 && { bareP50: percentile(bare, 0.5) }),
    };
  },
};
