// Ignores termination.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; all.length = 4294967290; all[5] = 1; all.reverse();`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
