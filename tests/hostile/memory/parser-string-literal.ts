import { attack } from "../harness.ts";

await attack({
  guest: `const text = 'a'.repeat(2 ** 28); eval('"' + text + '"').length`,
  reason: "memory_limit_exceeded",
});
