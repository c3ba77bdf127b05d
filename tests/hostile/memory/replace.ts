import { attack } from "../harness.ts";

await attack({
  guest: `'a'.repeat(5e7).replace(/a/g, 'b'.repeat(20)).length`,
  reason: "memory_limit_exceeded",
});
