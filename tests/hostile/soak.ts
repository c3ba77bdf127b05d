/**
 * What must not add up, many times over.
 *
 *   bun run soak     10,000 isolates made, run and destroyed; 1,000 memory bombs contained
 */
import { V8Sandbox } from "../../lib/index.ts";
import { ended, expect, settled } from "./harness.ts";
import { addressSpaceMb, mappingCount, residentMb, threadCount } from "./memory-use.ts";
import { Neighbour } from "./neighbour.ts";

const BOMBS = [
  "new Array(60_000_000).fill(0).length",
  "JSON.stringify(new Array(30_000_000).fill(0)).length",
  "'x'.repeat(500_000_000).split('').length",
  "eval('1;'.repeat(11e6))",
  "let text = '\\u0958'.repeat(2e7); for (;;) text = text.normalize('NFD') + text;",
];

/**
 * Makes, runs and destroys isolates.
 * @throws Error if resident memory grew by more than a tenth
 */
export async function churn(sandbox: V8Sandbox, count: number): Promise<void> {
  const warmUp = Math.ceil(count / 5);
  let startMb = 0;
  for (let i = 0; i < warmUp + count; i++) {
    if (i === warmUp) startMb = await quietMb();
    const isolate = await sandbox.createIsolate();
    await isolate.evaluate("const data = Array.from({ length: 1000 }, (_, i) => ({ i })); data.length");
    const end = ended(isolate);
    isolate.destroy();
    await end;
  }
  const grownMb = (await quietMb()) - startMb;
  expect(grownMb < startMb / 10, `resident memory grew by ${grownMb.toFixed(1)} MB from ${startMb.toFixed(1)}`);
}

/** Runs bombs one after another and reports what each costs for good. */
async function bombs(count: number): Promise<void> {
  const sandbox = new V8Sandbox({ threads: 2, memoryMb: 32 });
  const neighbours = [await Neighbour.in(sandbox), await Neighbour.in(sandbox)];
  const before = { mb: 0, address: 0, maps: 0, threads: 0 };
  const warmUp = 20;
  for (let i = 0; i < warmUp + count; i++) {
    if (i === warmUp) {
      before.mb = await quietMb();
      before.address = addressSpaceMb();
      before.maps = mappingCount();
      before.threads = threadCount();
    }
    const isolate = await sandbox.createIsolate();
    const end = ended(isolate);
    void settled(isolate.evaluate(BOMBS[i % BOMBS.length] ?? ""));
    const reason = await end;
    expect(reason === "memory_limit_exceeded", `destroyed for ${reason}`);
    if (i % 50 === 0) for (const neighbour of neighbours) await neighbour.check();
  }
  const residentGrown = (await quietMb()) - before.mb;
  for (const neighbour of neighbours) await neighbour.check();
  const { contained, leakedBytes, threads } = sandbox.stats();
  console.log(
    `${count} bombs, ${contained} contained: resident +${residentGrown.toFixed(1)} MB, ` +
      `${(leakedBytes / 2 ** 20).toFixed(1)} MB said to be leaked, ` +
      `addresses +${(addressSpaceMb() - before.address).toFixed(0)} MB, mappings +${mappingCount() - before.maps}, ` +
      `threads ${before.threads} -> ${threadCount()} (${threads} of the pool), ` +
      `slowest round of a neighbour ${Math.max(...neighbours.map((n) => n.slowestMs)).toFixed(0)} ms`,
  );
  expect(residentGrown <= count, "more than 1 MB resident for each");
  expect(addressSpaceMb() - before.address <= 32 * count, "more than 32 MB of addresses for each");
  expect(mappingCount() - before.maps <= count + 50, "more than one mapping for each");
  expect(threadCount() <= before.threads + 4, "threads were left behind");
  for (const neighbour of neighbours) await neighbour.stop();
  await sandbox.shutdown();
}

/** What is resident once everything that can be given back has been, in MiB. */
async function quietMb(): Promise<number> {
  let least = residentMb();
  for (let i = 0; i < 12; i++) {
    await Bun.sleep(50);
    least = Math.min(least, residentMb());
  }
  return least;
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 1000);
  const sandbox = new V8Sandbox({ threads: 2 });
  await churn(sandbox, count * 10);
  await sandbox.shutdown();
  console.log(`${count * 10} isolates made, run and destroyed: ${residentMb().toFixed(1)} MB resident`);
  await bombs(count);
}
