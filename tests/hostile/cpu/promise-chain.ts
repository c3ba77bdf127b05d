import { attack } from "../harness.ts";

await attack({
  guest: `(async () => { for (;;) await null; })();`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
