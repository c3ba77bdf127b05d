import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";

/** A script with arguments may take so many times what one without does. */
const PLAIN_FACTOR = 1.1;
const TURNS = 6;

export const evaluateArgs: Line = {
  name: "evaluate-args",
  title: "evaluate with two arguments",
  placements: ["one", "two"],
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: "p50", title: "p50", unit: "us", better: "lower" },
    { key: "plainP50", title: "without any, p50", unit: "us", better: "lower" },
  ],
  goal(metric, input) {
    const plain = input.value("ours", "plainP50");
    if (metric.key !== "p50" || plain === undefined) return undefined;
    return { text: `without any × ${PLAIN_FACTOR}`, bound: plain * PLAIN_FACTOR };
  },
  async measure(peer, run) {
    const guest = await peer.create();
    const { evaluateWith } = guest;
    if (!evaluateWith) throw new Error("scripts have no arguments");
    const args = { a: 1, b: 2 };
    const sample = async (forMs: number, once: () => Promise<unknown>): Promise<number[]> => {
      const samples: number[] = [];
      for (const end = performance.now() + forMs; performance.now() < end;) {
        const start = performance.now();
        await once();
        samples.push(performance.now() - start);
      }
      return samples;
    };
    const withArgs = (): Promise<unknown> => evaluateWith.call(guest, "a + b", args);
    const plain = (): Promise<unknown> => guest.evaluate("1 + 2");
    for (const once of [withArgs, plain]) await sample(150, once);
    run.place();
    const samples: { args: number[]; plain: number[] } = { args: [], plain: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      samples.args.push(...(await sample(run.ms(600) / TURNS, withArgs)));
      samples.plain.push(...(await sample(run.ms(600) / TURNS, plain)));
    }
    return { p50: percentile(samples.args, 0.5) * 1000, plainP50: percentile(samples.plain, 0.5) * 1000 };
  },
};
