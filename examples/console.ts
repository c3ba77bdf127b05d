/** Logging from a worker, by its own messages. */
import { V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();

// Host - set up console message handler
worker.on("console", ({ level, args }: { level: "log" | "error" | "warn" | "info"; args: unknown[] }) => {
  console[level]("[Worker]:", ...args);
});

// Worker - implement console wrapper
await worker.evaluate(`
  const workerConsole = {
    log: (...args) => NETWORK.send('console', { level: 'log', args }),
    error: (...args) => NETWORK.send('console', { level: 'error', args }),
    warn: (...args) => NETWORK.send('console', { level: 'warn', args }),
    info: (...args) => NETWORK.send('console', { level: 'info', args }),
  };

  // Use it
  workerConsole.log('Hello from worker!');
  workerConsole.info({ structured: [1, 2, 3] });
`);
