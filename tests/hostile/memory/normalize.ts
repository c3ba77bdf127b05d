// One call of ICU that needs many times its argument.
import { attack } from "../harness.ts";

await attack({
  guest: `let text = '\\u0958'.repeat(2e7); for (;;) text = text.normalize('NFD') + text;`,
  reason: "memory_limit_exceeded",
});
