import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let n = 1n; ; n++) all.push(1n << (n * 1000n));`,
  reason: "memory_limit_exceeded",
});
