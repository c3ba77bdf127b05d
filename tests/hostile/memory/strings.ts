import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let i = 0; ; i++) all.push('k' + i + 'x'.repeat(100));`,
  reason: "memory_limit_exceeded",
});
