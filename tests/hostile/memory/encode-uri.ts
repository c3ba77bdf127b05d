import { attack } from "../harness.ts";

await attack({
  guest: `let text = '%41'.repeat(1e7); for (;;) text = encodeURIComponent(text);`,
  reason: "memory_limit_exceeded",
});
