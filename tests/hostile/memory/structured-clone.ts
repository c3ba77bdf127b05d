import { attack } from "../harness.ts";

await attack({
  guest: `let data = [1, 2, 3]; for (;;) data = [structuredClone(data), data];`,
  reason: "memory_limit_exceeded",
});
