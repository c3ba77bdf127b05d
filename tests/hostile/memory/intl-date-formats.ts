// ICU allocates by malloc.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) all.push(new Intl.DateTimeFormat('de', { timeZone: 'Europe/Berlin', dateStyle: 'full' }));`,
  reason: "memory_limit_exceeded",
});
