import { attack } from "../harness.ts";

await attack({
  guest: `eval('1'.repeat(4e8))`,
  reason: "memory_limit_exceeded",
});
