import { attack } from "../harness.ts";

await attack({
  guest: `'x'.repeat(500_000_000).split('').length`,
  reason: "memory_limit_exceeded",
});
