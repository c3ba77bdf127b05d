// Compiled expressions are code, which lives outside of the heap proper.
import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let k = 0; ; k++) { const x = new RegExp('(a{1,20}b|c{2,30}d)+' + k); x.test('aaabccd'.repeat(5) + k); x.test('aaabccd'.repeat(5) + k); all.push(x); }`,
  reason: "memory_limit_exceeded",
});
