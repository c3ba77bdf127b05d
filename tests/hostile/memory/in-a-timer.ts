import { attack } from "../harness.ts";

await attack({
  guest: `setTimeout(() => { const all = []; for (;;) all.push([all]); }, 1);`,
  reason: "memory_limit_exceeded",
});
