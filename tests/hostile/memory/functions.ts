// Code from strings, compiled one by one.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new Function('a', 'return a + ' + all.length));`,
  reason: "memory_limit_exceeded",
  // Compiling takes seconds, on a busy machine more than the five that an attack has.
  limits: { memoryMb: 64, cpuMs: 20_000 },
});
