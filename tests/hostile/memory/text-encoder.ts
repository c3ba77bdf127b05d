import { attack } from "../harness.ts";

await attack({
  guest: `const encoder = new TextEncoder(); const all = []; for (;;) all.push(encoder.encode('x'.repeat(100_000)));`,
  reason: "memory_limit_exceeded",
});
