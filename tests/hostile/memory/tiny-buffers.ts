// V8 aborts when it cannot have a tiny buffer, so those are never refused.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new Uint8Array(60));`,
  reason: "memory_limit_exceeded",
});
