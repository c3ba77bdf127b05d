import { attack } from "../harness.ts";
import { flood } from "../flood.ts";

await attack({
  peakMb: 256,
  host: ({ sandbox }) =>
    flood(sandbox, "for (;;) console.log('x'.repeat(1000), { n: 1 });", (isolate) => isolate.onConsole(() => {})),
});
