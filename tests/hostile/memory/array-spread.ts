import { attack } from "../harness.ts";

await attack({
  guest: `let text = 'ab'; for (;;) { text += text; [...text]; }`,
  reason: "memory_limit_exceeded",
});
