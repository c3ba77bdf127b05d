import { attack } from "../harness.ts";

await attack({
  guest: `const x = 2n ** (2n ** 22n); for (;;) x.toString();`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
