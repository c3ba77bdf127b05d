import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; const registry = new FinalizationRegistry(() => {}); for (;;) { const target = {}; registry.register(target, 1); all.push(new WeakRef(target)); }`,
  reason: "memory_limit_exceeded",
});
