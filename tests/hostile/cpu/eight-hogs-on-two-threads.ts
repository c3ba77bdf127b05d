// Nobody is charged for time that it did not run: each hog gets its CPU time, and only then its end.
import { attack, expect } from "../harness.ts";

await attack({
  reason: "cpu_limit_exceeded",
  peakMb: 128,
  host: async ({ bomb }) => {
    const hogs = Array.from({ length: 8 }, () => bomb("for (;;);", "cpu_limit_exceeded", { cpuMs: 200 }));
    for (const { scope, usedMs } of await Promise.all(hogs)) {
      expect(scope === "turn" && (usedMs ?? 0) >= 200, `${usedMs} ms used`);
    }
  },
});
