// Imports that are given up at any moment: while they are asked for, compiled, linked, evaluated, awaited. What is left of them can
// be imported, or says that it cannot.
import { attack, expect, settled } from "../harness.ts";

await attack({
  host: async ({ sandbox, limits }) => {
    const isolate = await sandbox.createIsolate({ ...limits, memoryMb: 256, cpuMs: 0, wallMs: 20_000 });
    const body = "f(1, [2], { three: 3 });".repeat(2_000);
    for (let round = 0; round < 60; round++) {
      const entries = Array.from({ length: 60 }, (_, index) => [
        `./${round}/${index}.js`,
        `export * from "./${index + 1}.js"; ${index % 7 === 0 ? "await 1;" : ""} export function f${index}() {${body}}`,
      ]);
      const modules = { ...Object.fromEntries(entries), [`./${round}/60.js`]: "for (let i = 0; i < 1e7; i++);" };
      const entry = `./${round}/0.js`;
      const given = await settled(isolate.import(entry, { modules, timeoutMs: 1 + round }));
      expect(given === undefined || String(given).includes("no result within"), String(given));
      const again = await settled(isolate.import(entry, { modules }));
      expect(again === undefined || String(again).includes("was ended before"), String(again));
      expect((await isolate.evaluate("1 + 1")) === 2, "the isolate is not usable any more");
    }
    isolate.destroy();
  },
  // Of the host's own, whose texts they are.
  leftMb: 80,
  peakMb: 500,
});
