// A small share of `bun run soak`: bombs one after another, what each leaves behind, neighbours optimized all the while.
import { attack } from "../harness.ts";
import { bombs } from "../soak.ts";

await attack({
  // A contained fatal error costs at most 1 MB, there are four neighbours, and arenas are made.
  leftMb: 24 + 36,
  peakMb: 32 + 64 + 18 + 32,
  host: async () => void (await bombs(12, { warmUp: 6 })),
});
