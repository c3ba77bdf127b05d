import { attack } from "../harness.ts";
import { flood } from "../flood.ts";

await attack({
  peakMb: 512,
  // Each message is a megabyte of the host's own heap, which Bun collects when it likes.
  leftMb: 96,
  host: ({ sandbox }) =>
    flood(sandbox, "const text = 'x'.repeat(1 << 20); for (;;) NETWORK.send('flood', text);", () => {}, {
      slowestTimerMs: 250,
    }),
});
