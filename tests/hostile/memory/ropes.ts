import { attack } from "../harness.ts";

await attack({
  guest: `let rope = ''; for (;;) { rope += 'abcdefgh' + rope.length; if (rope.length % 1000 < 20) rope.charCodeAt(0); }`,
  reason: "memory_limit_exceeded",
});
