import { attack } from "../harness.ts";

await attack({
  guest: `JSON.stringify(new Array(30_000_000).fill(0)).length`,
  reason: "memory_limit_exceeded",
});
