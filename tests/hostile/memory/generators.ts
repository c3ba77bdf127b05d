import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (;;) { all.push((function* () { yield 1; })()); all.at(-1).next(); }`,
  reason: "memory_limit_exceeded",
});
