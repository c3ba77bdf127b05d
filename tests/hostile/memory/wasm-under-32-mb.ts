// A small cap leaves room for a small WebAssembly.Memory.
import { attack } from "../harness.ts";

await attack({
  guest: `new WebAssembly.Memory({ initial: 1 }).buffer.byteLength === 65536 || missing()`,
  harmless: true,
  limits: { memoryMb: 32 },
});
