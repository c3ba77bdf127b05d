import { SMALL_BYTES } from "../servers/sizes.ts";
import type { Line } from "./line.ts";
import { besideHost, networkMetrics, partOfHost, withoutNetwork } from "./network.ts";

const FACTOR = 0.5;
const CONCURRENT = 16;
const COUNT = 1000;

export const proxiedGets: Line = {
  name: "proxied-gets",
  title: `GETs of 1 KiB, ${CONCURRENT} at a time`,
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  without: withoutNetwork,
  metrics: networkMetrics("/s"),
  goal: partOfHost(FACTOR, "in the host"),
  measure: (peer, run) =>
    besideHost(
      peer,
      run,
      `async (origin) => {
        let next = 0;
        await Promise.all(Array.from({ length: ${CONCURRENT} }, async () => {
          while (next++ < ${COUNT}) {
            const text = await (await fetch(origin + "/small")).text();
            if (text.length !== ${SMALL_BYTES}) throw new Error("cut off");
          }
        }));
        return ${COUNT};
      }`,
    ),
};
