import { attack } from "../harness.ts";

await attack({
  guest: `eval('[' + '[],'.repeat(5e6) + ']').length`,
  reason: "memory_limit_exceeded",
});
