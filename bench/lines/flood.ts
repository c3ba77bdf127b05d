import { percentile } from "../statistics.ts";
import { pause } from "./exchanges.ts";
import type { Line } from "./line.ts";

const FLOODERS = 4;

export const flood: Line = {
  name: "flood",
  title: `host's 1 ms timer under a flood from ${FLOODERS} guests: lateness`,
  placements: ["free"],
  rounds: { full: 1, quick: 1 },
  without: { quickjs: "one thread", "isolated-vm": "guests have no timers" },
  metrics: [
    { key: "p50", title: "p50", unit: "ms", better: "lower" },
    { key: "p99", title: "p99", unit: "ms", better: "lower" },
    { key: "rate", title: "messages taken meanwhile", unit: "/s", better: "higher" },
  ],
  goal: (metric) => (metric.key === "p99" ? { text: "10 ms", bound: 10 } : undefined),
  async measure(peer, run) {
    let messages = 0;
    // Peers have no backpressure: an endless loop would fill the memory, so their guests send in bursts.
    const program = peer.version.startsWith("network-runtime")
      ? "receive = () => { for (let i = 0; ; i++) send({ i }); };"
      : "receive = () => { for (let i = 0; i < 1000; i++) send({ i }); setTimeout(receive, 0); };";
    for (let i = 0; i < FLOODERS; i++) {
      const guest = await peer.open(program);
      guest.receive = () => void messages++;
      guest.send("start");
    }
    await pause(200);
    const lateness: number[] = [];
    const start = performance.now();
    messages = 0;
    while (performance.now() - start < run.ms(2000)) {
      const due = performance.now() + 1;
      await pause(1);
      lateness.push(performance.now() - due);
    }
    const seconds = (performance.now() - start) / 1000;
    return { p50: percentile(lateness, 0.5), p99: percentile(lateness, 0.99), rate: messages / seconds };
  },
};
