// At the limit, where every allocation collects garbage, and from a finally.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; try { for (;;) all.push(new Array(100).fill(all.length)); } finally { for (;;) all.push([1]); }`,
  reason: "memory_limit_exceeded",
});
