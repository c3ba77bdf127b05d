// Each may grow to 4 GB, so V8 reserves addresses.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));`,
  reason: "memory_limit_exceeded",
});
