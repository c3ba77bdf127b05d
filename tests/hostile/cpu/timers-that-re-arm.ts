// No turn is long, but they never end: cpuShare makes them wait, cpuTotalMs ends them.
import { attack, expect } from "../harness.ts";

const SCRIPT = "setInterval(() => { const end = Date.now() + 5; while (Date.now() < end); }, 0);";
const WATCHED_MS = 2500;

await attack({
  host: async ({ sandbox, bomb }) => {
    const isolate = await sandbox.createIsolate({ cpuShare: 0.1 });
    isolate.execute(SCRIPT);
    await Bun.sleep(WATCHED_MS);
    const { cpuMs } = isolate.stats();
    isolate.destroy();
    // A tenth of the time, and the tenth of a second that may be saved up.
    expect(cpuMs > 20 && cpuMs < 0.1 * WATCHED_MS + 100 + 50, `${cpuMs} ms of CPU in ${WATCHED_MS} ms`);
    await bomb(SCRIPT, "cpu_limit_exceeded", { cpuTotalMs: 100 });
  },
});
