import { attack } from "../harness.ts";

await attack({
  guest: `function* endless() { for (;;) yield 1; } for (const _ of endless());`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
