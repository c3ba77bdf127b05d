import { attack } from "../harness.ts";

await attack({
  guest: `const all = Array.from({ length: 1e5 }, (_, i) => [i]); for (;;) all + '';`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
