import { attack } from "../harness.ts";

await attack({
  guest: `({ set x(value) { const all = []; for (;;) all.push([value]); } }).x = 1;`,
  reason: "memory_limit_exceeded",
});
