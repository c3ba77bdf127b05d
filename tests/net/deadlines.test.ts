// Many waits on one timer.
import { expect, test } from "bun:test";
import { Deadlines } from "../../lib/net/fetch/deadlines.ts";
import { until } from "./proxy.ts";

test("each expires once, in order, not before its time; those that are over do not", async () => {
  const deadlines = new Deadlines(20);
  const expired: [number, number][] = [];
  const start = performance.now();
  const begin = (id: number): ReturnType<Deadlines["begin"]> =>
    deadlines.begin(() => expired.push([id, performance.now() - start]));
  const first = begin(1);
  begin(2);
  const third = begin(3);
  deadlines.end(first);
  deadlines.end(first);
  deadlines.end(third);
  await Bun.sleep(10);
  const later = performance.now() - start;
  begin(4);
  deadlines.end(begin(5));
  await until(() => expired.length === 2);
  await Bun.sleep(30);
  expect(expired.map(([id]) => id)).toEqual([2, 4]);
  expect(expired[0]![1]).toBeGreaterThanOrEqual(20);
  expect(expired[1]![1]).toBeGreaterThanOrEqual(later + 19);
  // After a pause the timer is there again, also for one that begins while others expire.
  let again = false;
  deadlines.begin(() => deadlines.begin(() => (again = true)));
  await until(() => again);
});

test("one that is over holds none of the others", () => {
  const deadlines = new Deadlines(60_000);
  const all = [1, 2, 3, 4].map(() => deadlines.begin(() => {})!);
  for (const deadline of [all[1]!, all[0]!, all[3]!, all[2]!]) deadlines.end(deadline);
  expect(all.map(({ previous, next }) => [previous, next])).toEqual(Array(4).fill([undefined, undefined]));
});

test("a length that no timer takes waits for ever, quietly", async () => {
  const deadlines = new Deadlines(2 ** 40);
  let expired = false;
  const deadline = deadlines.begin(() => (expired = true));
  await Bun.sleep(20);
  deadlines.end(deadline);
  expect(expired).toBe(false);
});

test("no length is no deadline", () => {
  const deadlines = new Deadlines(0);
  expect(deadlines.begin(() => {})).toBeUndefined();
  deadlines.end(undefined);
});

test("what waits does not keep the process alive", async () => {
  const module = JSON.stringify(import.meta.resolve("../../lib/net/fetch/deadlines.ts"));
  const child = Bun.spawn([process.execPath, "-e", `new (await import(${module})).Deadlines(60_000).begin(() => {})`]);
  expect(await child.exited).toBe(0);
});
