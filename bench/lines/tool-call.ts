import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";
import { requests } from "./requests.ts";

/** A call of an exposed function may take so many times what a bare request does. */
const REQUEST_FACTOR = 1.3;
/** Stretches of each in turn, so that whatever else the machine does hits both alike. */
const TURNS = 6;

export const toolCall: Line = {
  name: "tool-call",
  title: "exposed function, guest → host → guest",
  placements: ["one", "two"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "p50", unit: "us", better: "lower" },
    { key: "requestP50", title: "a bare request, p50", unit: "us", better: "lower" },
  ],
  goal(metric, input) {
    const request = input.value("ours", "requestP50");
    if (metric.key !== "p50" || request === undefined) return undefined;
    return { text: `request × ${REQUEST_FACTOR}`, bound: request * REQUEST_FACTOR };
  },
  async measure(peer, run) {
    // Peers have one way only.
    const guest = await peer.open(`
      receive = async (way) => {
        const ask = way === "call" && typeof host === "object" && host.ask ? (data) => host.ask(data) : request;
        while (await ask({ n: 1 }) === "more");
        send("done");
      };
    `);
    const samples: Record<string, number[]> = { call: [], request: [] };
    await requests(peer, guest, 150, "call");
    run.place();
    await requests(peer, guest, 150, "request");
    run.place();
    for (let turn = 0; turn < TURNS; turn++) {
      for (const way of ["call", "request"])
        samples[way]!.push(...(await requests(peer, guest, run.ms(600) / TURNS, way)));
    }
    return {
      p50: percentile(samples.call!, 0.5) * 1000,
      requestP50: percentile(samples.request!, 0.5) * 1000,
    };
  },
};
