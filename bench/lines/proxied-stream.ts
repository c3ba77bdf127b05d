import { PIECES, PIECE_BYTES } from "../servers/sizes.ts";
import type { Line } from "./line.ts";
import { besideHost, direct, networkMetrics, withoutNetwork } from "./network.ts";

/** In MB/s, if the host itself gets as much. */
const GOAL = 300;

export const proxiedStream: Line = {
  name: "proxied-stream",
  title: "100 MiB streamed",
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  without: withoutNetwork,
  metrics: networkMetrics("MB/s"),
  goal(metric, input) {
    const reached = direct(input);
    if (metric.key !== "guest" || reached === undefined) return undefined;
    return { text: `${GOAL} MB/s, or as the host`, bound: Math.min(GOAL, reached) };
  },
  measure: (peer, run) =>
    besideHost(
      peer,
      run,
      `async (origin) => {
        let bytes = 0;
        for await (const chunk of (await fetch(origin + "/stream")).body) bytes += chunk.length;
        if (bytes !== ${PIECES * PIECE_BYTES}) throw new Error("cut off");
        return bytes / 1e6;
      }`,
    ),
};
