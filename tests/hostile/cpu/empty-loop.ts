import { attack } from "../harness.ts";

await attack({
  guest: `for (;;);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
