import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; let text = 'x'; for (;;) { text += text; all.push(text.toUpperCase()); if (text.length > 1e8) text = 'x' + all.length; }`,
  reason: "memory_limit_exceeded",
});
