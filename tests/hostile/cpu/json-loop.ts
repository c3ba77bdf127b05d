import { attack } from "../harness.ts";

await attack({
  guest: `const text = JSON.stringify(Array.from({ length: 1e4 }, (_, i) => ({ i }))); for (;;) JSON.parse(text);`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
  // The loop looks for its termination once in thousands of rounds, each of which takes a millisecond.
  overshootMs: 600,
});
