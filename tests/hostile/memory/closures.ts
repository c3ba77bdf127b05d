import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let i = 0; ; i++) { let j = i; all.push(() => j); }`,
  reason: "memory_limit_exceeded",
});
