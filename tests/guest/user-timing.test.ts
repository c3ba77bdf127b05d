// https://w3c.github.io/user-timing/ and https://w3c.github.io/performance-timeline/
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

describe("marks and measures", () => {
  test("are entries with names, times and cloned details", async () => {
    expect(
      await run(`
        const detail = { a: 1 };
        const mark = performance.mark("m", { startTime: 5, detail });
        const measure = performance.measure("d", { start: 1, end: 4, detail: [1] });
        const { id, ...json } = measure.toJSON();
        return [mark.name, mark.entryType, mark.startTime, mark.duration, mark.detail.a, mark.detail !== detail,
          mark.detail === mark.detail, json, mark instanceof PerformanceEntry, new PerformanceMark("x").detail,
          performance.getEntries().map((entry) => entry.name).join()]`),
    ).toEqual([
      ...["m", "mark", 5, 0, 1, true, true],
      { name: "d", entryType: "measure", startTime: 1, duration: 3, navigationId: 0, detail: [1] },
      ...[true, null, "d,m"],
    ]);
  });

  test("measure from marks, times and durations", async () => {
    expect(
      await run(`
        performance.mark("a", { startTime: 10 }); performance.mark("b", { startTime: 30 });
        const times = (...args) => { const { startTime, duration } = performance.measure("x", ...args); return startTime + "+" + duration; };
        return [times("a", "b"), times(undefined, "b"), times({ start: "a", duration: 5 }), times({ end: "b", duration: 5 }),
          times({ start: 1, end: "b" }), times("b", "a"), performance.measure("x", "a").duration > 0 || performance.now() < 10]`),
    ).toEqual(["10+20", "0+30", "10+5", "25+5", "1+29", "30+-20", true]);
  });

  test("are filtered by name and type, and cleared", async () => {
    expect(
      await run(`
        for (const name of ["a", "b", "a"]) performance.mark(name);
        performance.measure("a");
        const count = (...args) => performance.getEntriesByName(...args).length;
        const before = [count("a"), count("a", "mark"), count("A"), performance.getEntriesByType("measure").length];
        performance.clearMarks("a");
        const after = [count("a"), performance.getEntriesByType("mark").length];
        performance.clearMarks(); performance.clearMeasures();
        return [...before, ...after, performance.getEntries().length]`),
    ).toEqual([3, 2, 0, 1, 1, 1, 0]);
  });

  test("refuse wrong arguments", async () => {
    expect(
      await run(`${thrown}
        return [thrown(() => performance.mark()), thrown(() => performance.mark("x", { startTime: -1 })),
          thrown(() => performance.measure("x", "none")), thrown(() => performance.measure("x", { start: 1, end: 2, duration: 1 })),
          thrown(() => performance.measure("x", { detail: 1 })), thrown(() => performance.measure("x", { start: 1 }, "y")),
          thrown(() => performance.measure("x", "navigationStart")), thrown(() => new PerformanceEntry()),
          thrown(() => new PerformanceMeasure()), thrown(() => performance.mark("x", { detail: () => {} }))]`),
    ).toEqual([
      ...["TypeError", "TypeError", "DOMException SyntaxError 12", "TypeError", "TypeError", "TypeError", "TypeError"],
      ...["TypeError", "TypeError", "DOMException DataCloneError 25"],
    ]);
  });

  test("have times of five microseconds", async () => {
    expect(
      await run(`
        const times = Array.from({ length: 200 }, () => performance.now() * 200);
        return times.every((time) => Math.abs(time - Math.round(time)) < 1e-6)`),
    ).toBe(true);
  });
});

describe("PerformanceObserver", () => {
  test("is called in a task with the entries since", async () => {
    expect(
      await run(`
        const calls = [];
        const done = new Promise((resolve) => {
          const observer = new PerformanceObserver(function (list, self, options) {
            calls.push([list.getEntries().map((entry) => entry.name).join(), list.getEntriesByType("measure").length,
              self === observer && this === observer, options.droppedEntriesCount, String(list)]);
            if (calls.length === 2) resolve();
            else performance.mark("later");
          });
          observer.observe({ entryTypes: ["mark", "measure", "unknown"] });
        });
        performance.mark("a", { startTime: 2 }); performance.measure("b", { start: 1, end: 2 });
        const sync = calls.length;
        await done;
        return [sync, ...calls]`),
    ).toEqual([
      0,
      ["b,a", 1, true, 0, "[object PerformanceObserverEntryList]"],
      ["later", 0, true, undefined, "[object PerformanceObserverEntryList]"],
    ]);
  });

  test("sees what was before with buffered, hands out records, and stops", async () => {
    expect(
      await run(`
        performance.mark("before");
        const seen = [];
        const buffered = new PerformanceObserver((list) => seen.push(...list.getEntries().map((entry) => entry.name)));
        buffered.observe({ type: "mark", buffered: true });
        const taker = new PerformanceObserver(() => seen.push("never"));
        taker.observe({ type: "mark" });
        performance.mark("after");
        const taken = taker.takeRecords().map((entry) => entry.name).join();
        await new Promise((resolve) => setTimeout(resolve, 5));
        buffered.disconnect();
        performance.mark("unseen");
        taker.disconnect();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return [seen.join(), taken, PerformanceObserver.supportedEntryTypes.join(), Object.isFrozen(PerformanceObserver.supportedEntryTypes)]`),
    ).toEqual(["before,after", "after", "mark,measure", true]);
  });

  test("refuses mixed and missing options", async () => {
    expect(
      await run(`${thrown}
        const observer = new PerformanceObserver(() => {});
        const results = [thrown(() => observer.observe()), thrown(() => observer.observe({ type: "mark", entryTypes: ["mark"] })),
          thrown(() => observer.observe({ entryTypes: "mark" })), thrown(() => new PerformanceObserver())];
        observer.observe({ type: "mark" });
        return [...results, thrown(() => observer.observe({ entryTypes: ["mark"] })), thrown(() => observer.observe({ type: "unknown" }))]`),
    ).toEqual([
      "TypeError",
      "TypeError",
      "TypeError",
      "TypeError",
      "DOMException InvalidModificationError 13",
      "no exception",
    ]);
  });
});
