// Code from strings, compiled one by one.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new Function('a', 'return a + ' + all.length));`,
  reason: "memory_limit_exceeded",
});
