import { attack } from "../harness.ts";

await attack({
  guest: `const all = []; for (let i = 0; ; i++) all.push(new Intl.Collator('de'), new Intl.NumberFormat('en', { minimumFractionDigits: i % 20 }), new Intl.Segmenter('ja', { granularity: 'word' }).segment('x'.repeat(1000))[Symbol.iterator]());`,
  reason: "memory_limit_exceeded",
});
