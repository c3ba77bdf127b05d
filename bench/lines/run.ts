import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";
import { checkTwo, onePlusOne, samplesOf } from "./one-plus-one.ts";

/** Most that a program may take from a warm pool, in milliseconds. */
const WARM_MS = 0.3;
/** As long as others wait for the next, so that a pool has filled up again. */
const PAUSE_MS = 10;

export const run: Line = {
  name: "run",
  title: "1+1 in an isolate of its own",
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "10 ms after the last, p50", unit: "ms", better: "lower" },
    { key: "p95", title: "10 ms after the last, p95", unit: "ms", better: "lower" },
    { key: "rowP50", title: "one after another, p50", unit: "ms", better: "lower" },
  ],
  goal(metric) {
    return metric.key === "p50" ? { text: `${WARM_MS} ms`, bound: WARM_MS } : undefined;
  },
  async measure(peer, run) {
    const { run: runOnce } = peer;
    const once = async (): Promise<number> => {
      if (!runOnce) return onePlusOne(peer);
      const start = performance.now();
      checkTwo(await runOnce.call(peer, "1+1"));
      return performance.now() - start;
    };
    for (let i = 0; i < 5; i++) await once();
    const apart = await samplesOf(once, run.ms(1200), 100, PAUSE_MS);
    const row = await samplesOf(once, run.ms(1200), 200);
    return { p50: percentile(apart, 0.5), p95: percentile(apart, 0.95), rowP50: percentile(row, 0.5) };
  },
};
