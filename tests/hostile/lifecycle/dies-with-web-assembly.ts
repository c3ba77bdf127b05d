// An isolate that dies inside V8 leaves its WebAssembly modules in V8's list of all there are: whoever is short of memory, and
// makes V8 drop what code it can, does not come upon theirs.
import { attack, expect } from "../harness.ts";

/** Twenty modules of one function, which has run and has code. */
const modules = `globalThis.kept = Array.from({ length: 20 }, () => {
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4,
      0, 65, 42, 11]);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    if (exports.f() !== 42) throw new Error("no code");
    return exports;
  });`;
/** V8 gives up at once, without a last collection that would have dropped the code. */
const die = `"x".repeat(500_000_000).split("").length`;
/** Refused, after such a collection. */
const wants = `try { new ArrayBuffer(1_000_000_000) } catch (error) { error.name }`;

await attack({
  peakMb: 500 + 64,
  host: async ({ sandbox, bomb, limits }) => {
    for (let i = 0; i < 5; i++) {
      await bomb(`${modules} ${die}`, "memory_limit_exceeded", { memoryMb: 0 });
      const isolate = await sandbox.createIsolate(limits);
      await isolate.evaluate(`${modules} 0`);
      expect((await isolate.evaluate(wants)) === "RangeError", "there was room for a buffer of 1 GB");
      expect(
        (await isolate.evaluate("kept.length + kept[0].f()")) === 62,
        "an isolate's own modules do not work any more",
      );
      isolate.destroy();
    }
    expect(sandbox.stats().contained === 5, "they did not die inside V8");
  },
});
