// In the handler of a host's message.
import { attack, ended, expect, within } from "../harness.ts";

await attack({
  reason: "memory_limit_exceeded",
  host: async ({ sandbox, limits }) => {
    const isolate = await sandbox.createIsolate(limits);
    const end = ended(isolate);
    isolate.execute("NETWORK.on('x', () => { const all = []; for (;;) all.push([all]); });");
    isolate.send("x");
    const reason = await within(end, 20_000, "destroyed");
    expect(reason === "memory_limit_exceeded", `destroyed for ${reason}`);
  },
});
