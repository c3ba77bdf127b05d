// Modules that import ever more of them, as fast as the host answers.
import { attack, expect, settled } from "../harness.ts";
import type { TerminatedError } from "../../../lib/index.ts";

await attack({
  host: async ({ sandbox, limits }) => {
    const number = (name: string): number => Number(name.slice(2, -3));
    const kinds = [
      (name: string) => `import "./${number(name) + 1}.js"; globalThis.x = "${"x".repeat(30_000)}";`,
      (name: string) => `import "./${2 * number(name) + 1}.js"; import "./${2 * number(name) + 2}.js";`,
      (name: string) => `globalThis.x = "${"x".repeat(30_000)}"; await import("./${number(name) + 1}.js");`,
      (name: string) =>
        `export default ${JSON.stringify("y".repeat(2_000_000))}; await import("./${number(name) + 1}.js");`,
    ];
    for (const modules of kinds) {
      const isolate = await sandbox.createIsolate({ ...limits, memoryMb: 32, cpuMs: 0 });
      const failure = await settled(isolate.import("./0.js", { modules }));
      expect((failure as TerminatedError).reason === "memory_limit_exceeded", String(failure));
    }
  },
  // Of the host's own, whose texts they are: 50 MB and more, until Bun collects them.
  leftMb: 80,
  peakMb: 192,
});
