import { attack } from "../harness.ts";

await attack({
  guest: `for (;;) { try { for (;;); } catch {} }`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
