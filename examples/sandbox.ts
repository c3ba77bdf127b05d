/** Sandboxes and isolates: creating, counting, destroying. */
import { V8Sandbox } from "network-runtime";

const sandbox = new V8Sandbox({ threads: 4 });
const worker = await sandbox.createIsolate();
console.log(`Created ${worker}`);
console.log(worker.id, worker.destroyed, worker.toString());

console.log(sandbox.threadCount());
for (let i = 0; i < 4; i++) await sandbox.createIsolate();
console.log(sandbox.isolateCount());

worker.destroy();
console.log(worker.destroyed, sandbox.isolateCount());
sandbox.shutdown();
