import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";
import { onePlusOne } from "./one-plus-one.ts";

/** An isolate of a template may take so many times what an empty one does. */
const EMPTY_FACTOR = 1.3;

export const template: Line = {
  name: "template",
  title: "create with a 1 MB bundle + 1+1 + result",
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "functions, of a template, p50", unit: "ms", better: "lower" },
    { key: "packagesP50", title: "npm packages, of a template, p50", unit: "ms", better: "lower" },
    { key: "importP50", title: "npm packages, imported, p50", unit: "ms", better: "lower" },
    { key: "emptyP50", title: "without any, p50", unit: "ms", better: "lower" },
  ],
  goal(metric, input) {
    const empty = input.value("ours", "emptyP50");
    if (metric.key !== "p50" || empty === undefined) return undefined;
    return { text: `without any × ${EMPTY_FACTOR}`, bound: empty * EMPTY_FACTOR };
  },
  async measure(peer, run) {
    if (!peer.template) throw new Error("there are no templates");
    const [functions, packages] = [await peer.template("functions"), await peer.template("packages")];
    const ways = {
      p50: () => onePlusOne(peer, functions.create),
      packagesP50: () => onePlusOne(peer, packages.create),
      importP50: () => onePlusOne(peer, packages.load),
      emptyP50: () => onePlusOne(peer),
    };
    const samples = Object.fromEntries(Object.keys(ways).map((key) => [key, [] as number[]]));
    for (const end = performance.now() + run.ms(4000); performance.now() < end;) {
      for (const [key, once] of Object.entries(ways)) samples[key]!.push(await once());
    }
    return Object.fromEntries(Object.entries(samples).map(([key, all]) => [key, percentile(all, 0.5)]));
  },
};
