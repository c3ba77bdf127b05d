/**
 * Random calls of the C ABI from several threads at once, with handles that are alive, stale or made up, wrong counts and
 * small buffers: every call answers with a code, and an engine that went through it all still works.
 */
import { PostKind, RawSandbox, RecordType, functions, source } from "./host.ts";
import { ABI_SHARED_WORDS, hammer, spare } from "./abi-calls.ts";
import { Run } from "./random.ts";

const run = new Run("C ABI fuzz");
const WORKERS = 3;

const bystander = new RawSandbox(1);
const witness = bystander.createIsolate(7, []);
const shared = new Int32Array(new SharedArrayBuffer(ABI_SHARED_WORDS * 4));
spare(shared, bystander.handle, witness);

const workers = Array.from({ length: WORKERS }, (_, index) => {
  const worker = new Worker(new URL("./abi-worker.ts", import.meta.url).href);
  const done = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.postMessage({ seed: run.seed + index + 1, shared });
  return { worker, done };
});

let calls = 0;
let asked = 0;
while (!run.over) {
  calls += hammer(run.random, shared, 200);
  await ask(++asked);
}
Atomics.store(shared, 0, 1);
await Promise.all(workers.map(({ done }) => done));
for (const { worker } of workers) worker.terminate();
await ask(++asked);
bystander.close();
console.log(`${calls} calls on the main thread, ${asked} answers of the bystander`);

/** An isolate that has nothing to do with it answers all the while. */
async function ask(requestId: number): Promise<void> {
  const bytes = source("6 * 7");
  functions.nr_isolate_post(witness, PostKind.Evaluate, 6, requestId, bytes, bytes.length);
  await bystander.until((record) => record.type === RecordType.Reply && record.requestId === requestId);
}
