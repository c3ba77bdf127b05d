import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new Uint8Array(1e6));`,
  reason: "memory_limit_exceeded",
});
