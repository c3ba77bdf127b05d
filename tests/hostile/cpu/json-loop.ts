import { attack } from "../harness.ts";

await attack({
  guest: `const text = JSON.stringify(Array.from({ length: 1e4 }, (_, i) => ({ i }))); for (;;) JSON.parse(text);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  // It may go on for seconds after it was told to stop, with what is left of the processor.
  overshootMs: 600,
  leftMb: 150,
});
