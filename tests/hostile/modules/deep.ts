// Modules that lead to each other, as deep as they may and deeper: imports, exports of all, exports by name, each with an await
// and an error at the end.
import { attack, expect, settled } from "../harness.ts";

await attack({
  host: async ({ sandbox, limits }) => {
    const texts = [
      (next: string) => `import "${next}";`,
      (next: string) => `export * from "${next}";`,
      (next: string) => `export { n } from "${next}";`,
      (next: string) => `export * from "${next}"; await 1;`,
      (next: string) => `export * as all from "${next}"; export { n } from "${next}";`,
    ];
    for (const text of texts) {
      for (const last of [
        "export const n = 1",
        "await 1; throw new Error('last'); export const n = 1",
        "export const m = 1",
      ]) {
        for (const count of [980, 3000]) {
          const isolate = await sandbox.createIsolate({ ...limits, memoryMb: 256 });
          const entries = Array.from({ length: count }, (_, index) => [`./${index}.js`, text(`./${index + 1}.js`)]);
          const modules = { ...Object.fromEntries(entries), [`./${count}.js`]: last };
          const failure = await settled(isolate.import("./0.js", { modules }));
          expect(
            count === 980 || String(failure).includes("too many levels"),
            `${count}, ${text("")}: ${String(failure)}`,
          );
          // Again, and all at once: what failed has left nothing that V8 stumbles over.
          await settled(isolate.import("./0.js", { modules }));
          expect((await isolate.evaluate("1 + 1")) === 2, "the isolate is not usable any more");
          isolate.destroy();
        }
      }
    }
  },
  // Of the host's own, whose texts they are.
  leftMb: 80,
  peakMb: 400,
});
