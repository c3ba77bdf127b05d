// Requests that the host never answers.
import { attack } from "../harness.ts";
import { flood } from "../flood.ts";

await attack({
  peakMb: 256,
  host: ({ sandbox }) =>
    flood(
      sandbox,
      "setInterval(() => { for (let i = 0; i < 1000; i++) NETWORK.request('never', i).catch(() => {}); }, 0);",
      (isolate) => isolate.onRequest("never", () => new Promise(() => {})),
    ),
});
