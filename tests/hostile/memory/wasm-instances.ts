import { attack } from "../harness.ts";

await attack({
  guest: `const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); const all = []; for (;;) all.push(new WebAssembly.Instance(module));`,
  reason: "memory_limit_exceeded",
});
