import { attack } from "../harness.ts";

await attack({
  guest: `const object = {}; for (let i = 0; i < 2e5; i++) object['k' + i] = i; for (;;) Object.entries(object);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
