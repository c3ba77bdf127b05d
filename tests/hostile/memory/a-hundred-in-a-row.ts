// What one leaves behind must not add up.
import { attack } from "../harness.ts";

const BOMBS = [
  "new Array(60_000_000).fill(0).length",
  "JSON.stringify(new Array(30_000_000).fill(0)).length",
  "const all = []; for (;;) all.push([all]);",
  "const all = []; for (;;) all.push(new WebAssembly.Table({ initial: 1e6, element: 'anyfunc' }));",
  "'x'.repeat(500_000_000).split('').length",
];

await attack({
  reason: "memory_limit_exceeded",
  limits: { memoryMb: 16 },
  // A contained fatal error costs at most 1 MB.
  peakMb: 16 + 64 + 100,
  leftMb: 100,
  host: async ({ bomb }) => {
    for (let i = 0; i < 100; i++) await bomb(BOMBS[i % BOMBS.length] ?? "", "memory_limit_exceeded");
  },
});
