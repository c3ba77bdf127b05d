import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let i = 0; i < 1e8; i++) all.push({ a: 1, b: [1, 2] });`,
  reason: "memory_limit_exceeded",
});
