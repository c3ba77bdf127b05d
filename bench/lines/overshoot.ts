import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";

const LIMIT_MS = 20;
const GOAL_MS = 10;

/** A module whose start function never returns. */
const ENDLESS_MODULE = [
  [0, 97, 115, 109, 1, 0, 0, 0],
  [1, 4, 1, 96, 0, 0], // type 0: no parameters, no results
  [3, 2, 1, 0], // function 0 is of type 0
  [8, 1, 0], // and runs at the start
  [10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11], // loop; br 0; end
].flat();

/** By key: what never ends. */
const programs: Readonly<Record<string, string>> = {
  loop: "for (;;);",
  regex: "/(a+)+$/.test('a'.repeat(40) + 'b')",
  wasm: `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${ENDLESS_MODULE.join()}])))`,
};

const shares: Readonly<Record<string, number>> = { p50: 0.5, p99: 0.99 };

export const overshoot: Line = {
  name: "overshoot",
  title: `CPU time used beyond a limit of ${LIMIT_MS} ms`,
  placements: ["free"],
  rounds: { full: 1, quick: 1 },
  without: Object.fromEntries(["bun-worker", "node", "deno", "quickjs"].map((name) => [name, "no CPU time per guest"])),
  metrics: Object.keys(programs).flatMap((program) =>
    Object.keys(shares).map((share) => ({
      key: `${program} ${share}`,
      title: `${program}, ${share}`,
      unit: "ms",
      better: "lower" as const,
    })),
  ),
  goal: ({ key }) => (key.endsWith("p99") ? { text: `${GOAL_MS} ms`, bound: GOAL_MS } : undefined),
  async measure(peer, run) {
    const values: Record<string, number> = {};
    for (const [key, program] of Object.entries(programs)) {
      const samples: number[] = [];
      const count = run.quick ? 50 : 200;
      for (let i = 0; i < count; i++) samples.push(((await peer.charged?.(program, LIMIT_MS)) ?? NaN) - LIMIT_MS);
      for (const [name, share] of Object.entries(shares)) values[`${key} ${name}`] = percentile(samples, share);
    }
    return values;
  },
};
