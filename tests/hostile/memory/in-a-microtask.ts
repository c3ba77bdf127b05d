import { attack } from "../harness.ts";

await attack({
  guest: `queueMicrotask(() => { const all = []; for (;;) all.push([all]); });`,
  reason: "memory_limit_exceeded",
});
