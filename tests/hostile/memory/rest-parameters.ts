import { attack } from "../harness.ts";

await attack({
  guest: `((...all) => all.length)(...new Array(2e7))`,
  reason: "memory_limit_exceeded",
});
