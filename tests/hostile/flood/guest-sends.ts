// Four guests send for ever: they are paused, and the host's own timers run.
import { attack } from "../harness.ts";
import { flood } from "../flood.ts";

await attack({
  peakMb: 256,
  sandbox: { outboundBytesTotalMax: 64 * 2 ** 20 },
  host: ({ sandbox }) => flood(sandbox, "for (;;) NETWORK.send('flood', { n: 1, text: 'x'.repeat(100) });"),
});
