// A name that is exported of others a hundred thousand times over: V8 follows it by calling itself, without a look at its
// stack, until the process has none.
import { attack, expect, settled } from "../harness.ts";

await attack({
  host: async ({ sandbox, limits }) => {
    const names = (count: number): string =>
      Array.from({ length: count }, (_, index) => `export { x${index + 1} as x${index} } from "./a.js";`).join("\n");
    for (const count of [4_000, 40_000, 100_000]) {
      const isolate = await sandbox.createIsolate({ ...limits, memoryMb: 256 });
      const modules = { "./a.js": `${names(count)}\nexport const x${count} = 1;`, "./b.js": "export const n = 1" };
      const failure = await settled(isolate.import("./a.js", { modules }));
      expect((failure === undefined) === (count === 4_000), `${count}: ${String(failure)}`);
      // All that re-export all of another, in a circle, with a name that none has.
      expect((await isolate.import("./b.js", { modules })).n === 1, "the isolate is not usable any more");
      isolate.destroy();
    }
  },
  peakMb: 400,
});
