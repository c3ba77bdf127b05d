import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let i = 0; ; i++) all.push(Symbol('s' + i));`,
  reason: "memory_limit_exceeded",
});
