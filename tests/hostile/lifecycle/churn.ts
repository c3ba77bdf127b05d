// Made, run, destroyed, again and again: nothing adds up. `bun run soak` does it ten thousand times.
import { attack } from "../harness.ts";
import { churn } from "../soak.ts";

await attack({ peakMb: 128, host: ({ sandbox }) => churn(sandbox, 300, 16) });
