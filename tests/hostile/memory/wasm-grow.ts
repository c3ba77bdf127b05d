import { attack } from "../harness.ts";

await attack({
  guest: `const memory = new WebAssembly.Memory({ initial: 1 }); for (;;) memory.grow(64);`,
  reason: "memory_limit_exceeded",
});
