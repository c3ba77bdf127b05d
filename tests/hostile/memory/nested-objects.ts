import { attack } from "../harness.ts";

await attack({
  guest: `let nest = {}; for (;;) nest = { nest };`,
  reason: "memory_limit_exceeded",
});
