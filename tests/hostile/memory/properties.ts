import { attack } from "../harness.ts";

await attack({
  guest: `const object = {}; for (let i = 0; ; i++) object['k' + i] = i;`,
  reason: "memory_limit_exceeded",
});
