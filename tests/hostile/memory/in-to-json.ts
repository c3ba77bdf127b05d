import { attack } from "../harness.ts";

await attack({
  guest: `JSON.stringify({ toJSON() { const all = []; for (;;) all.push([all]); } });`,
  reason: "memory_limit_exceeded",
});
