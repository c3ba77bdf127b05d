import { PIECES, PIECE_BYTES } from "../servers/sizes.ts";
import { networkLine, direct } from "./network.ts";

/** In MB/s, if the host itself gets as much. */
const GOAL = 300;

export const proxiedStream = networkLine({
  name: "proxied-stream",
  title: "100 MiB streamed",
  unit: "MB/s",
  goal(metric, input) {
    const reached = direct(input);
    if (metric.key !== "guest" || reached === undefined) return undefined;
    return { text: `${GOAL} MB/s, or as the host`, bound: Math.min(GOAL, reached) };
  },
  program: `async (origin) => {
    let bytes = 0;
    for await (const chunk of (await fetch(origin + "/stream")).body) bytes += chunk.length;
    if (bytes !== ${PIECES * PIECE_BYTES}) throw new Error("cut off");
    return bytes / 1e6;
  }`,
});
