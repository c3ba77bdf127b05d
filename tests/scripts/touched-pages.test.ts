// What an isolate touches of its memory when it is made and ended is most of what that costs. Counted, not timed: pages that the
// system had to give. Not run under sanitizers, which touch pages of their own.
import { expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";

/** 170 on the machine where this was written. V8's tables of 120 KB each, or a page of its heap for C++ objects, are 30 each. */
const PAGES_MAX = 195;
const ISOLATES = 40;

test("an isolate that does nothing touches few pages, from its birth to its end", async () => {
  await using sandbox = new V8Sandbox({ threads: 1, spareThreads: 0 });
  const live = async (): Promise<void> => {
    await using isolate = await sandbox.createIsolate();
    expect(await isolate.evaluate("1 + 1")).toBe(2);
  };
  for (let warm = 0; warm < 5; warm++) await live();
  const before = process.resourceUsage().minorPageFault;
  for (let count = 0; count < ISOLATES; count++) await live();
  expect((process.resourceUsage().minorPageFault - before) / ISOLATES).toBeLessThan(PAGES_MAX);
});
