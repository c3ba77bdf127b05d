// Counts and their rates.
import { expect, test } from "bun:test";
import { Meter } from "../../lib/net/common/meter.ts";

test("a meter keeps its total, and what came in the last ten seconds", () => {
  let now = 5000;
  const meter = new Meter(() => now);
  const after = (ms: number): number => {
    now += ms;
    return meter.perSecond();
  };
  meter.add(100);
  // Less than a second counts as one.
  expect(after(100)).toBe(100);
  expect(after(1900)).toBe(50);
  meter.add(100);
  expect(after(2000)).toBe(50);
  // The first hundred leave with their second; nine and a half are looked at.
  expect(after(6500)).toBeCloseTo(100 / 9.5);
  expect(after(100_000)).toBe(0);
  meter.add(10);
  expect([meter.total, after(0)]).toEqual([210, 10 / 9.5]);
});
