// Ignores termination.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; all.length = 4294967295; all[4294967294] = 1; all.join('');`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
