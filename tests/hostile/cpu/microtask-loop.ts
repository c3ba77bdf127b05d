import { attack } from "../harness.ts";

await attack({
  guest: `(function again() { Promise.resolve().then(again); })();`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
