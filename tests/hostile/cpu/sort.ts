import { attack } from "../harness.ts";

await attack({
  guest: `for (;;) Array.from({ length: 1e5 }, (_, i) => (i * 7919) % 100_003).sort((a, b) => a - b);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
