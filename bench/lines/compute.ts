import { readFileSync } from "node:fs";
import type { Line, Metric } from "./line.ts";

/** Worst ratio to plain Node of the same V8. */
const NODE_FACTOR = 1.05;

/** Programs by name, with the value each comes to on every engine. */
const programs: Readonly<Record<string, { title: string; value: number }>> = {
  scheduler: { title: "OO scheduling loop", value: 8_975_300 },
  sha256: { title: "sha256 over 2 MiB", value: 1_425_638_782 },
  json: { title: "JSON parse and stringify", value: 13_669_662 },
  regex: { title: "regex loop", value: 2_066_010 },
  nbody: { title: "n-body", value: 145_996_930 },
};

export const compute: Line = {
  name: "compute",
  title: "compute (Node: its first thread)",
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  counts: "best",
  slow: ["quickjs"],
  once: ["quickjs"],
  metrics: Object.entries(programs).map(([key, { title }]): Metric => ({ key, title, unit: "ms", better: "lower" })),
  goal(_metric, input) {
    const node = input.value("node");
    const rival = input.value("isolated-vm");
    if (node === undefined) return undefined;
    if (rival !== undefined && rival < node * NODE_FACTOR) return { text: "isolated-vm", bound: rival };
    return { text: `Node × ${NODE_FACTOR}`, bound: node * NODE_FACTOR };
  },
  async measure(peer, run) {
    const guest = peer.computer?.() ?? (await peer.create());
    const repeats = peer.version.startsWith("quickjs") ? 1 : run.quick ? 3 : 8;
    const values: Record<string, number> = {};
    for (const [name, { value: expected }] of Object.entries(programs)) {
      const source = readFileSync(new URL(`../programs/${name}.js`, import.meta.url), "utf8");
      const samples: number[] = [];
      for (let i = 0; i < repeats; i++) {
        const start = performance.now();
        const value = await guest.evaluate(source);
        samples.push(performance.now() - start);
        if (value !== expected) throw new Error(`${name} came to ${String(value)} instead of ${expected}`);
      }
      values[name] = Math.min(...samples);
    }
    return values;
  },
};
