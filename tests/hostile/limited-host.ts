/**
 * What a host does in a process that the system allows little: makes isolates until it is refused, lets them loop, and does
 * what every server does sooner or later. Prints one line of JSON. Its argument is how many isolates at most.
 */
import { gzip } from "node:zlib";
import { V8Sandbox } from "../../lib/index.ts";

const wanted = Number(process.argv[2]);
/** The names of errors that were thrown, and their messages. */
const refusals: string[] = [];
let made = 0;

const refused = (error: unknown): void => {
  refusals.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
};

try {
  // Where isolates are in child processes, in as few as there can be: what is refused is refused to one.
  const sandbox = new V8Sandbox({ threads: 2, isolatesPerProcess: 256 });
  for (; made < wanted; made++) {
    const isolate = await sandbox.createIsolate({ memoryMb: 16, cpuMs: 4000 });
    isolate.evaluate("for (;;);").catch(() => undefined);
  }
  await Bun.sleep(1000);
} catch (error) {
  refused(error);
}

// The host's own: its thread pool, a thread of its own, memory.
const text = await Bun.file(import.meta.path).text();
const packed = await new Promise<number>((resolve, reject) =>
  gzip(Buffer.alloc(1_000_000), (error, bytes) => (error ? reject(error) : resolve(bytes.length))),
);
const url = URL.createObjectURL(new Blob(["postMessage(1)"]));
const worker = new Worker(url);
const answered = await new Promise<boolean>((resolve) => {
  worker.onmessage = (): void => resolve(true);
  worker.onerror = (): void => resolve(false);
});
console.log(JSON.stringify({ made, refusals, host: text.length > 0 && packed > 0 && answered }));
process.exit(0);
