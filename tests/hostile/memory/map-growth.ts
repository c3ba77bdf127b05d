import { attack } from "../harness.ts";

await attack({
  guest: `const map = new Map(); for (let i = 0; ; i++) map.set(i, {});`,
  reason: "memory_limit_exceeded",
});
