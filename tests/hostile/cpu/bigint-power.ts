// One multiplication may take long.
import { attack } from "../harness.ts";

await attack({
  guest: `for (;;) 3n ** 2_000_000n;`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
