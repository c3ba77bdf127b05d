// Each may grow to 4 GB, so V8 reserves addresses, of which an isolate has only so many.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));`,
  throws: "RangeError",
});
