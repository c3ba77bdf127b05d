// Without a maximum each may grow to 4 GB.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 16 }));`,
  throws: "RangeError",
});
