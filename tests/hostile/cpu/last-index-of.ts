// Ignores termination.
import { attack } from "../harness.ts";

await attack({
  guest: `('a'.repeat(4e6) + 'b').lastIndexOf('a'.repeat(2e5) + 'c');`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
