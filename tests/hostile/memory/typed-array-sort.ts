// A comparator that is being compiled in the background when memory runs out.
import { attack } from "../harness.ts";

await attack({
  guest: `const numbers = new Float64Array(3e6); for (let i = 0; i < numbers.length; i++) numbers[i] = -i; for (;;) numbers.sort((a, b) => a - b);`,
  reason: "memory_limit_exceeded",
});
