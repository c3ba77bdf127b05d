import { attack } from "../harness.ts";

await attack({
  guest: `Array.from({ length: 2 ** 26 }).sort().length`,
  reason: "memory_limit_exceeded",
});
