import { attack } from "../harness.ts";

await attack({
  guest: `let buffer = new ArrayBuffer(1024); for (;;) buffer = buffer.transfer(buffer.byteLength * 2);`,
  reason: "memory_limit_exceeded",
});
