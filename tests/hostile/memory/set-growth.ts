import { attack } from "../harness.ts";

await attack({
  guest: `const set = new Set(); for (let i = 0; ; i++) set.add('entry ' + i);`,
  reason: "memory_limit_exceeded",
});
