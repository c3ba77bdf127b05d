import { attack } from "../harness.ts";

await attack({
  guest: `Error.prepareStackTrace = () => { for (;;); }; new Error('x').stack;`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
