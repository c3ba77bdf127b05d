import { attack } from "../harness.ts";

await attack({
  guest: `new Proxy({}, { get() { for (;;); } }).x`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
