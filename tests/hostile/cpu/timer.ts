import { attack } from "../harness.ts";

await attack({
  guest: `setTimeout(() => { for (;;); }, 1);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
