// What the engine itself keeps of each reservation is memory, too.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 0, maximum: 65536 }));`,
  throws: "RangeError",
});
