// Through all the indexes there are.
import { attack } from "../harness.ts";

await attack({
  guest: `Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  overshootMs: 600,
});
