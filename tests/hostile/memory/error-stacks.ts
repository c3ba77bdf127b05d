import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; function deep(n) { return n ? deep(n - 1) : new Error('x'.repeat(100) + all.length); } for (;;) all.push(deep(50).stack);`,
  reason: "memory_limit_exceeded",
});
