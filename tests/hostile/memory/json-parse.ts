import { attack } from "../harness.ts";

await attack({
  guest: `JSON.parse('[' + '{"a":[1]},'.repeat(3e6) + '1]').length`,
  reason: "memory_limit_exceeded",
});
