/** A worker that takes too much memory is ended; the host and the other workers go on. */
import { V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox({ memoryMb: 64 });
const greedy = await sandbox.createIsolate();
const neighbour = await sandbox.createIsolate();

const terminated = new Promise<void>((resolve) =>
  greedy.onSystem("terminated", ({ reason, limitMb }) => {
    console.log("Worker was terminated:", reason, `at ${limitMb} MiB`);
    resolve();
  }),
);

greedy.execute(`
  // This will hit the memory limit
  const arrays = [];
  while (true) {
    arrays.push(new Array(1024 * 1024).fill(1.5)); // Allocate 8MB arrays
  }
`);

await terminated;
console.log("Neighbour:", await neighbour.evaluate("'fine'"));
