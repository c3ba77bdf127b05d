import { attack } from "../harness.ts";

await attack({
  guest: `for (let i = 0; ; i++) Symbol.for('a long name ' + i);`,
  reason: "memory_limit_exceeded",
});
