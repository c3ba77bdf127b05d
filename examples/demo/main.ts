// npm run demo: the main job on real input. Two npm packages, bundled from their published files, work in several
// isolates at once: told what to do by messages, given their data by requests, and checked against the same packages
// run in the host. A hog in the same sandbox is stopped by its CPU limit meanwhile.
import { V8Sandbox, type Isolate } from "network-runtime";
import { bundleGuest, jobs, kinds, readJobFile, type Job } from "./jobs.ts";
import { ms, printTable } from "./table.ts";
import type { Outcome } from "./work/outcome.ts";

interface Done {
  readonly outcome: Outcome;
  /** Elapsed time from the guest's point of view: waiting for a thread counts. */
  readonly ms: number;
}

const HOG_CPU_MS = 200;

const started = performance.now();
using sandbox = new V8Sandbox({ memoryMb: 512, cpuMs: 30_000 });

const bundles = new Map<Job["kind"], string>();
for (const kind of Object.keys(kinds) as Job["kind"][]) bundles.set(kind, await bundleGuest(kind));
console.log(
  `bundled ${[...bundles].map(([kind, code]) => `${kind} (${kib(code.length)})`).join(", ")}: ${since(started)}`,
);

const created = performance.now();
const isolates = await Promise.all(jobs.map((job) => startGuest(bundles.get(job.kind)!)));
console.log(`started ${isolates.length} isolates on ${sandbox.threadCount()} threads: ${since(created)}`);

const worked = performance.now();
const hog = runHog();
const results = await Promise.all(jobs.map((job, index) => work(isolates[index]!, index, job)));
const guestWall = performance.now() - worked;
console.log(
  `all ${jobs.length} jobs done: ${ms(guestWall)}, with ${ms(sandbox.stats().cpuMs)} of CPU in the guests, the hog's included\n`,
);

let mismatches = 0;
const rows: string[][] = [];
for (const [index, job] of jobs.entries()) {
  const text = await readJobFile(job.file);
  const before = performance.now();
  const expected = kinds[job.kind].run(text);
  const hostMs = performance.now() - before;
  const { outcome, ms: guestMs } = results[index]!;
  const same = Bun.deepEquals(outcome, expected);
  if (!same) mismatches++;
  rows.push([
    String(isolates[index]),
    job.kind,
    job.file,
    kib(text.length),
    `${outcome.size.toLocaleString("en")} ${kinds[job.kind].unit}`,
    ms(guestMs),
    ms(isolates[index]!.stats().cpuMs),
    ms(hostMs),
    same ? `same (${outcome.digest})` : `DIFFERENT: ${outcome.digest}, host ${expected.digest}`,
  ]);
}
printTable(["isolate", "package", "input", "size", "result", "guest", "its CPU", "host", "guest = host"], rows);

console.log(`\nhog: ${await hog}`);
const seen = await isolates[0]!.evaluate("[typeof process, typeof require, typeof Bun, typeof document].join()");
console.log(`a guest sees process, require, Bun, document: ${String(seen)}`);
console.log(`total: ${since(started)}`);
if (mismatches > 0) {
  console.error(`${mismatches} of ${jobs.length} results differ from the host's`);
  process.exitCode = 1;
}

async function startGuest(bundle: string): Promise<Isolate> {
  const isolate = await sandbox.createIsolate();
  isolate.onRequest("read", ({ file }: { file: unknown }) => readJobFile(file));
  isolate.execute(bundle);
  return isolate;
}

function work(isolate: Isolate, id: number, { file }: Job): Promise<Done> {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  isolate.on("done", resolve);
  isolate.on("failed", ({ message }: { message: string }) => reject(new Error(`${file}: ${message}`)));
  isolate.onSystem("error", ({ message }) => reject(new Error(`${file}: ${message}`)));
  isolate.onSystem("terminated", ({ reason }) => reject(new Error(`${file}: terminated, ${reason}`)));
  isolate.send("work", { id, file });
  return promise;
}

async function runHog(): Promise<string> {
  const isolate = await sandbox.createIsolate({ cpuMs: HOG_CPU_MS });
  const { promise, resolve } = Promise.withResolvers<string>();
  const begun = performance.now();
  isolate.onSystem("terminated", ({ reason, usedMs }) =>
    resolve(`${reason} after ${ms(usedMs ?? NaN)} of CPU (limit ${HOG_CPU_MS} ms), ${since(begun)} after its start`),
  );
  isolate.execute("for (;;);");
  return promise;
}

function since(start: number): string {
  return ms(performance.now() - start);
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
