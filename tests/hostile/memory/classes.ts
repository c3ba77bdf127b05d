import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let i = 0; ; i++) all.push(eval('(class { #x = ' + i + '; m() { return this.#x; } })'));`,
  reason: "memory_limit_exceeded",
});
