import { attack } from "../harness.ts";

await attack({
  guest: `const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 30 }); for (let size = 1; ; size *= 2) buffer.resize(size);`,
  reason: "memory_limit_exceeded",
});
