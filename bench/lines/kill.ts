import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";

const LIMIT_MS = 20;

export const kill: Line = {
  name: "kill",
  title: `endless loop stopped at ${LIMIT_MS} ms: overshoot`,
  placements: ["free"],
  rounds: { full: 2, quick: 1 },
  without: { deno: "terminate() does not stop a busy loop" },
  metrics: [
    { key: "p50", title: "p50", unit: "ms", better: "lower" },
    { key: "p95", title: "p95", unit: "ms", better: "lower" },
  ],
  goal: (metric) => (metric.key === "p50" ? { text: "1 ms", bound: 1 } : undefined),
  async measure(peer, run) {
    const samples: number[] = [];
    for (let i = 0; i < 3; i++) await peer.endless(LIMIT_MS);
    const count = run.quick ? 15 : 30;
    for (let i = 0; i < count; i++) samples.push((await peer.endless(LIMIT_MS)) - LIMIT_MS);
    return { p50: percentile(samples, 0.5), p95: percentile(samples, 0.95) };
  },
};
