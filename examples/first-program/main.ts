import { V8Sandbox } from "network-runtime";

// Limits of every isolate: 100 ms of CPU a turn, 64 MiB of everything.
const sandbox = new V8Sandbox({ cpuMs: 100, memoryMb: 64 });
const worker = await sandbox.createIsolate();

// What the guest may ask of the host: this, and nothing else.
worker.onRequest("price", ({ item }) => ({ tea: 3, cake: 5 })[item as string] ?? 0);

// Untrusted code: it has NETWORK, timers and the like, but no files, no network, no Bun.
worker.execute(`
  NETWORK.on("order", async (items) => {
    const prices = await Promise.all(items.map((item) => NETWORK.request("price", { item })));
    NETWORK.send("bill", { total: prices.reduce((sum, price) => sum + price, 0) });
  });
`);

worker.on("bill", async ({ total }) => {
  console.log(`total: ${total}`);
  console.log(`typeof process: ${await worker.evaluate("typeof process")}`);
  worker.execute("while (true);"); // a hog: its limit ends it, not the host
});

worker.onSystem("terminated", ({ reason }) => {
  console.log(`terminated: ${reason}`);
  sandbox.shutdown();
});

worker.send("order", ["tea", "cake", "tea"]);
