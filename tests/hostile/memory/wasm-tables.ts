import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new WebAssembly.Table({ initial: 1e6, element: 'anyfunc' }));`,
  reason: "memory_limit_exceeded",
});
