import { attack } from "../harness.ts";

await attack({
  guest: `/(a+)+$/.test('a'.repeat(40) + 'b')`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
