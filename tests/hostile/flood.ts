/** Four guests flood the host, which must go on. */
import type { Isolate, V8Sandbox } from "../../lib/index.ts";
import { expect } from "./harness.ts";
import { waitedForProcessorMs } from "./processor.ts";

const FLOOD_MS = 1000;
const TIMER_MS = 10;
const SLOWEST_TIMER_MS = 50;
/** The host may have garbage of its own to collect: one quiet second in three is proof enough. */
const ATTEMPTS = 3;

/** @throws Error if the host's timers were late */
export async function flood(
  sandbox: V8Sandbox,
  script: string,
  prepare: (isolate: Isolate) => void = (isolate) => void isolate.on("flood", () => {}),
  { slowestTimerMs = SLOWEST_TIMER_MS } = {},
): Promise<void> {
  const isolates = await Promise.all(Array.from({ length: 4 }, () => sandbox.createIsolate({ cpuMs: 0 })));
  for (const isolate of isolates) {
    prepare(isolate);
    isolate.execute(script);
  }
  let late = Infinity;
  for (let i = 0; i < ATTEMPTS && late > slowestTimerMs; i++) late = Math.min(late, await latestTimer());
  for (const isolate of isolates) expect(!isolate.destroyed, "a flooding guest was ended");
  const ends = isolates.map((isolate) => new Promise((resolve) => isolate.onSystem("destroyed", resolve)));
  for (const isolate of isolates) isolate.destroy();
  await Promise.all(ends);
  expect(late <= slowestTimerMs, `a timer of the host was ${late.toFixed(1)} ms late`);
}

/** How late the latest of the timers of some time was, in milliseconds, not counting that others had the processor. */
async function latestTimer(): Promise<number> {
  let latest = 0;
  const end = performance.now() + FLOOD_MS;
  while (performance.now() < end) {
    const started = performance.now();
    const waited = waitedForProcessorMs();
    await Bun.sleep(TIMER_MS);
    const elapsed = performance.now() - started - (waitedForProcessorMs() - waited);
    latest = Math.max(latest, elapsed - TIMER_MS);
  }
  return latest;
}
