/** A worker that never ends is ended: by CPU time, not by elapsed time. */
import { V8Sandbox } from "network-runtime";

const sandbox = new V8Sandbox({ cpuMs: 50 });
const worker = await sandbox.createIsolate();

worker.onSystem("terminated", (data) => {
  console.log("Worker was terminated:", data.reason, `after ${data.limitMs} ms`);
});

worker.onSystem("destroyed", (data) => {
  console.log("Worker was destroyed:", data.reason);
  sandbox.shutdown();
});

worker.execute(`
  let i = 0;
  while (true) {
    i++; // Runs until CPU limit is hit
  }
`);
