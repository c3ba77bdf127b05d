import { attack } from "../harness.ts";

await attack({
  guest: `const { constructor } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
    globalThis.kept = [];
    for (;;) {
      const buffer = new constructor(0, { maxByteLength: 1 << 20 });
      buffer.grow(1 << 20);
      new Uint8Array(buffer).fill(1);
      kept.push(buffer);
    }`,
  reason: "memory_limit_exceeded",
});
