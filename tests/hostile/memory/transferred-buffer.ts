// It doubles until one buffer is too large, which is the guest's own error.
import { attack } from "../harness.ts";

await attack({
  guest: `let buffer = new ArrayBuffer(1024); for (;;) buffer = buffer.transfer(buffer.byteLength * 2);`,
  throws: "RangeError",
});
