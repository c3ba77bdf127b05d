import { attack } from "../harness.ts";

await attack({
  guest: `Promise.reject({ get name() { for (;;); }, get message() { for (;;); }, toString() { for (;;); } });`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
