import { attack } from "../harness.ts";
import { flood } from "../flood.ts";

await attack({
  peakMb: 512,
  host: ({ sandbox }) =>
    flood(sandbox, "const text = 'x'.repeat(1 << 20); for (;;) NETWORK.send('flood', text);", () => {}, {
      slowestTimerMs: 250,
    }),
});
