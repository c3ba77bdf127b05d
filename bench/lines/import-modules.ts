import { percentile } from "../statistics.ts";
import type { Line } from "./line.ts";
import { relativeTo } from "./line.ts";
import { samplesOf } from "./one-plus-one.ts";

const NODE_FACTOR = 1.5;
const COUNT = 100;

export const importModules: Line = {
  name: "import-modules",
  title: `import of ${COUNT} modules`,
  placements: ["free"],
  rounds: { full: 3, quick: 1 },
  metrics: [{ key: "p50", title: "p50", unit: "ms", better: "lower" }],
  goal: (_metric, input) => relativeTo(input, "node", "Node's vm.SourceTextModule", NODE_FACTOR),
  async measure(peer, run) {
    const importer = peer.importer?.bind(peer);
    if (!importer) throw new Error("there are no modules");
    const modules = makeModules();
    const once = async (): Promise<number> => {
      const guest = await importer(modules);
      const start = performance.now();
      const sum = await guest.import("./m0.js");
      const ms = performance.now() - start;
      await guest.close();
      if (sum !== (COUNT * (COUNT - 1)) / 2) throw new Error(`the modules came to ${String(sum)}`);
      return ms;
    };
    for (let i = 0; i < 3; i++) await once();
    return { p50: percentile(await samplesOf(once, run.ms(1500), 100), 0.5) };
  },
};

/** Each imports the next and the one in the middle of those behind it, and has some code. `sum` of the first is of all numbers. */
function makeModules(): Record<string, string> {
  const modules: Record<string, string> = {};
  for (let n = 0; n < COUNT; n++) {
    const next = n + 1 < COUNT ? `import { sum as rest } from "./m${n + 1}.js";` : "const rest = 0;";
    const other = Math.floor((n + 1 + COUNT) / 2);
    const more = other < COUNT && other > n + 1 ? `import { helper${other} } from "./m${other}.js";` : "";
    modules[`./m${n}.js`] = `${next} ${more}
      export function helper${n}(list) { let total = ${n}; for (const { value } of list) total += value * 2; return total; }
      export class Thing${n} { #name = "${n}"; constructor(a, b) { this.a = a; this.b = b; } get name() { return this.#name; } }
      export const table = { id: ${n}, names: ["a", "b", "c"], nested: { on: true } };
      export const sum = rest + ${n};`;
  }
  return modules;
}
