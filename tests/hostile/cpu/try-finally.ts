import { attack } from "../harness.ts";

await attack({
  guest: `try { for (;;); } finally { for (;;); }`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
