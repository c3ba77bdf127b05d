// The parser's memory comes from malloc, where V8 has no limit.
import { attack } from "../harness.ts";

await attack({
  guest: `eval('1;'.repeat(11e6))`,
  reason: "memory_limit_exceeded",
});
