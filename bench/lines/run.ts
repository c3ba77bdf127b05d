import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";

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
    const once = async (): Promise<number> => {
      const start = performance.now();
      let value: unknown;
      if (peer.run) value = await peer.run("1+1");
      else {
        const guest = await peer.create();
        value = await guest.evaluate("1+1");
        await guest.close();
      }
      if (value !== 2) throw new Error(`1+1 came to ${String(value)}`);
      return performance.now() - start;
    };
    for (let i = 0; i < 5; i++) await once();
    const sample = async (pauseMs: number, countMax: number): Promise<number[]> => {
      const samples: number[] = [];
      const end = performance.now() + run.ms(1200);
      while (samples.length < countMax && performance.now() < end) {
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        samples.push(await once());
      }
      return samples;
    };
    const apart = await sample(PAUSE_MS, 100);
    const row = await sample(0, 200);
    return { p50: percentile(apart, 0.5), p95: percentile(apart, 0.95), rowP50: percentile(row, 0.5) };
  },
};
