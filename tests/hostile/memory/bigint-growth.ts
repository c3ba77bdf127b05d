import { attack } from "../harness.ts";

await attack({
  guest: `let x = 3n; for (;;) x *= x;`,
  reason: "memory_limit_exceeded",
});
