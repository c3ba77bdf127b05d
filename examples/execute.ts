/** Running scripts, and waiting for their values. The guest's console does nothing unless the host asks for it. */
import { V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();

worker.execute(`
  console.log('Hello from worker!');
  const x = 1 + 1;
  console.log('Result:', x);
`);

worker.onConsole(({ level, args }, { isolate }) => console[level](`[${isolate}]`, ...args));
worker.execute("console.log('Result:', x)");

console.log("evaluate:", await worker.evaluate("x * 21"));
