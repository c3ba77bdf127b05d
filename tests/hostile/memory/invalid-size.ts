// No memory could hold it, and no limit is in the way: V8 gives up.
import { attack } from "../harness.ts";

await attack({
  guest: `"x".repeat(500_000_000).split("").length`,
  reason: "memory_limit_exceeded",
  limits: { memoryMb: 0 },
  peakMb: 500 + 64,
});
