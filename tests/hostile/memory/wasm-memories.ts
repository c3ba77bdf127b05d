import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 16 }));`,
  reason: "memory_limit_exceeded",
});
