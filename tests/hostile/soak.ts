/**
 * What must not add up, many times over.
 *
 *   bun run soak             10,000 isolates made, run and destroyed; 1,000 memory bombs contained
 *   bun run soak --share 50  a fiftieth of that
 */
import { V8Sandbox } from "../../lib/index.ts";
import { ended, expect, settled } from "./harness.ts";
import { addressSpaceMb, mappingCount, residentMb, residentWithFilesMb, threadCount } from "./memory-use.ts";
import { Neighbour } from "./neighbour.ts";

/** V8 gives up on the first five, and so must their threads; a comparator is being compiled while the sixth ends. */
const BOMBS = [
  "JSON.stringify(new Array(30_000_000).fill(0)).length",
  "'x'.repeat(500_000_000).split('').length",
  "new Array(60_000_000).fill(0).length",
  "eval('1;'.repeat(11e6))",
  "let text = '\\u0958'.repeat(2e7); for (;;) text = text.normalize('NFD') + text;",
  "const numbers = new Float64Array(1e6).map((_, i) => -i); for (;;) numbers.sort((a, b) => a - b);",
];
/** What may be lost before the first warning. */
const DEGRADED_BYTES = 256 * 2 ** 20;
/** Isolates made side by side. */
const AT_ONCE = 2;

/**
 * Makes, runs and destroys isolates.
 * @param othersMb - by how much the heaps of isolates may differ that are at work meanwhile, in MiB
 * @throws Error if resident memory grew by more than a tenth
 */
export async function churn(sandbox: V8Sandbox, count: number, othersMb = 0): Promise<void> {
  await makeAndDestroy(sandbox, Math.ceil(count / 5));
  const startMb = await quietMb();
  const allMb = residentWithFilesMb();
  await makeAndDestroy(sandbox, count);
  const grownMb = (await quietMb()) - startMb;
  expect(grownMb < allMb / 10 + othersMb, `resident memory grew by ${grownMb.toFixed(1)} MB from ${allMb.toFixed(1)}`);
}

async function makeAndDestroy(sandbox: V8Sandbox, count: number): Promise<void> {
  let left = count;
  const some = async (): Promise<void> => {
    while (left-- > 0) {
      const isolate = await sandbox.createIsolate();
      await isolate.evaluate("const data = Array.from({ length: 1000 }, (_, i) => ({ i })); data.length");
      const end = ended(isolate);
      isolate.destroy();
      await end;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

/**
 * Runs bombs one after another, each beside two busy neighbours.
 * @returns what they cost for good, in words
 * @throws Error if it is too much, or a neighbour was harmed
 */
export async function bombs(count: number, { warmUp = 24 } = {}): Promise<string> {
  const sandbox = new V8Sandbox({ threads: 2, memoryMb: 32 });
  const neighbours = [await Neighbour.in(sandbox), await Neighbour.in(sandbox)];
  let warned = 0;
  sandbox.onSystem("engine_degraded", () => warned++);
  const explode = async (index: number): Promise<void> => {
    const isolate = await sandbox.createIsolate();
    const end = ended(isolate);
    void settled(isolate.evaluate(BOMBS[index % BOMBS.length] ?? ""));
    const reason = await end;
    expect(reason === "memory_limit_exceeded", `destroyed for ${reason}`);
    for (const neighbour of neighbours) neighbour.expectUnharmed();
  };
  for (let i = 0; i < warmUp; i++) await explode(i);
  const collect = async (): Promise<void> => void (await Promise.all(neighbours.map((one) => one.collect())));
  await collect();
  const before = { mb: await quietMb(), ...footprint(), leaked: sandbox.stats().leakedBytes };
  for (let i = 0; i < count; i++) {
    await explode(i);
    if (i % 10 === 0) for (const neighbour of neighbours) await neighbour.checkOptimized();
  }
  for (const neighbour of neighbours) await neighbour.check();
  await collect();
  const grownMb = (await quietMb()) - before.mb;
  const after = footprint();
  const { contained, abandoned, leakedBytes } = sandbox.stats();
  const slowestMs = Math.max(...neighbours.map((neighbour) => neighbour.slowestMs));
  for (const neighbour of neighbours) await neighbour.stop();
  await sandbox.shutdown();

  const addressMb = after.addressMb - before.addressMb;
  const mappings = after.mappings - before.mappings;
  const report =
    `${count} bombs (with the warm-up ${contained} contained, ${abandoned} abandoned first): ` +
    `resident +${grownMb.toFixed(1)} MB, ${((leakedBytes - before.leaked) / 2 ** 20).toFixed(1)} MB said to be leaked, ` +
    `addresses +${addressMb.toFixed(0)} MB, mappings +${mappings}, ` +
    `threads ${before.threads} -> ${after.threads}, slowest round of a neighbour ${slowestMs.toFixed(0)} ms`;
  // Neighbours' heaps come and go, and allocators' arenas and threads' stacks are made once.
  expect(grownMb <= count + 32, `more than 1 MB resident for each: ${report}`);
  // The range for its code, which V8 remembers.
  expect(addressMb <= 72 * (count + 16), `more than 72 MB of addresses for each: ${report}`);
  expect(mappings <= count + 256, `more than one mapping for each: ${report}`);
  expect(after.threads <= before.threads + 4, `threads were left behind: ${report}`);
  const wanted = Math.max(0, Math.floor(Math.log2(leakedBytes / DEGRADED_BYTES)) + 1);
  expect(warned === wanted, `engine_degraded came ${warned} times instead of ${wanted}: ${report}`);
  return report;
}

function footprint(): { addressMb: number; mappings: number; threads: number } {
  return { addressMb: addressSpaceMb(), mappings: mappingCount(), threads: threadCount() };
}

/** What is resident once everything that can be given back has been, in MiB. */
async function quietMb(): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 30; i++) {
    Bun.gc(true);
    least = Math.min(least, residentMb());
    await Bun.sleep(50);
  }
  return least;
}

if (import.meta.main) {
  const at = process.argv.indexOf("--share");
  const share = at < 0 ? 1 : Number(process.argv[at + 1]);
  const isolates = Math.ceil(10_000 / share);
  const sandbox = new V8Sandbox({ threads: 2 });
  await churn(sandbox, isolates);
  await sandbox.shutdown();
  console.log(`${isolates} isolates made, run and destroyed: ${residentMb().toFixed(1)} MB resident`);
  console.log(await bombs(Math.ceil(1000 / share)));
}
