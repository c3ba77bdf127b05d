import { V8Sandbox } from "../../../lib/index.ts";
import { attack, settled, within } from "../harness.ts";

await attack({
  peakMb: 256,
  host: async () => {
    // A sandbox of its own, shut down while it makes isolates.
    for (let i = 0; i < 20; i++) {
      const sandbox = new V8Sandbox({ threads: 2 });
      const made = Array.from({ length: 8 }, () => settled(sandbox.createIsolate()));
      await Bun.sleep(i % 5);
      await within(Promise.resolve(sandbox.shutdown()), 5000, "shutdown");
      await within(Promise.all(made), 5000, "the end of the creations");
    }
  },
});
