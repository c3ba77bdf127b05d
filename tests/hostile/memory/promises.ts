import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new Promise(() => {}).then(() => {}));`,
  reason: "memory_limit_exceeded",
});
