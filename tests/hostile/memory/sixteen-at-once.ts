import { attack } from "../harness.ts";

const BOMBS = [
  "const all = []; for (;;) all.push([all]);",
  "new Array(60_000_000).fill(0).length",
  "eval('1;'.repeat(11e6))",
  "const all = []; for (;;) all.push(new Uint8Array(1e6));",
];

await attack({
  reason: "memory_limit_exceeded",
  // Two run at once, others wait in the middle of their work; each keeps to its own limit.
  peakMb: 16 * (32 + 64),
  limits: { memoryMb: 32 },
  host: async ({ bomb }) => {
    const scripts = Array.from({ length: 16 }, (_, i) => BOMBS[i % BOMBS.length] ?? "");
    await Promise.all(scripts.map((script) => bomb(script, "memory_limit_exceeded")));
  },
});
