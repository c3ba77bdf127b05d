/** Messages in both directions, and removing handlers. */
import { V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();

const handler = (data: { message: string }): void => console.log("Received from worker:", data.message);
worker.on("log", handler);

worker.execute(`
  const handler = (data) => NETWORK.send('log', { message: 'got ' + data.message });
  NETWORK.on('custom-event', handler);
  NETWORK.on('stop', () => NETWORK.off('custom-event', handler));
  NETWORK.send('log', { message: 'Hello from worker!' });
`);

worker.send("custom-event", { message: "Hello worker!" });
worker.send("stop");
worker.send("custom-event", { message: "nobody listens any more" });

await worker.evaluate("'everything before this has been delivered'");
worker.off("log", handler);
worker.execute("NETWORK.send('log', { message: 'the host does not listen any more' })");

await worker.evaluate("0");
const { droppedIn, droppedOut } = worker.stats();
console.log(`dropped: ${droppedIn} by the worker, ${droppedOut} by the host`);
