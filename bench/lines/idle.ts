import process from "node:process";
import { pause } from "./exchanges.ts";
import type { Line } from "./line.ts";

const ISOLATES = 100;

export const idle: Line = {
  name: "idle",
  title: `CPU of ${ISOLATES} idle isolates over 2 s`,
  placements: ["free"],
  rounds: { full: 1, quick: 1 },
  without: { node: "", deno: "", quickjs: "no threads" },
  metrics: [{ key: "cpu", title: "CPU time", unit: "ms", better: "lower" }],
  // What a Bun process that does nothing uses itself, generously.
  goal: () => ({ text: "none (5 ms)", bound: 5 }),
  async measure(peer) {
    for (let i = 0; i < ISOLATES; i++) await (await peer.create()).evaluate("1+1");
    await pause(1000);
    const before = process.cpuUsage();
    await pause(2000);
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1000 };
  },
};
