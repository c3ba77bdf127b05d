import { attack, ended, within } from "../harness.ts";

await attack({
  host: async ({ sandbox }) => {
    const isolate = await sandbox.createIsolate();
    const end = ended(isolate);
    isolate.on("x", () => isolate.destroy());
    isolate.execute("for (let i = 0; i < 1000; i++) NETWORK.send('x', i);");
    await within(end, 5000, "destroyed");

    const asked = await sandbox.createIsolate();
    const askedEnd = ended(asked);
    asked.onRequest("x", () => asked.destroy());
    asked.execute("NETWORK.request('x')");
    await within(askedEnd, 5000, "destroyed");
  },
});
