// https://console.spec.whatwg.org/
import { describe, expect, test } from "bun:test";
import { consoleEntries, createGuest, run } from "./guest.ts";

const methods =
  "assert,clear,count,countReset,debug,dir,dirxml,error,group,groupCollapsed,groupEnd,info,log,table,time,timeEnd,timeLog,trace,warn";

/** What a body's console calls come to, as many as are given. */
async function entries(count: number, body: string): Promise<[level: string, ...args: unknown[]][]> {
  const guest = await createGuest();
  const received = consoleEntries(guest, count);
  await run(body, guest);
  return received;
}

describe("console", () => {
  test("is a namespace object with all methods of the standard", async () => {
    expect(
      await run(`
        const prototype = Object.getPrototypeOf(console);
        return [
          Object.keys(console).sort().join(),
          String(console),
          Reflect.ownKeys(prototype).length,
          Object.getPrototypeOf(prototype) === Object.prototype,
        ]`),
    ).toEqual([methods, "[object console]", 0, true]);
  });

  test("does nothing unless the host listens, but for the conversion of labels", async () => {
    expect(
      await run(`
        const touched = [];
        const spy = { get a() { touched.push("getter"); }, toString() { touched.push("toString"); return "x"; } };
        for (const method of Object.keys(console)) {
          const before = touched.length;
          if (console[method](spy, spy) !== undefined) touched.push(method);
          if (touched.length > before) touched[before] += " " + method;
          (0, console[method])();
        }
        return touched`),
    ).toEqual(["toString count", "toString countReset", "toString time", "toString timeLog", "toString timeEnd"]);
  });

  test("hands level and arguments to a host that listens", async () => {
    expect(
      await entries(
        6,
        `console.log("a", 1, { b: [2] }); console.info(); console.warn(null); console.error(new Map([[1, 2]]));
         console.debug(undefined); (0, console.log)("unbound")`,
      ),
    ).toEqual([
      ["log", "a", 1, { b: [2] }],
      ["info"],
      ["warn", null],
      ["error", new Map([[1, 2]])],
      ["debug", undefined],
      ["log", "unbound"],
    ]);
  });

  test("sends a text for what cannot be cloned, and never throws", async () => {
    const [first, second] = await entries(
      2,
      `console.log(1, () => {}, Symbol("s")); console.log({ get a() { throw new Error("getter") } })`,
    );
    expect(first!.slice(0, 2)).toEqual(["log", 1]);
    expect(first!.slice(2).every((text) => typeof text === "string")).toBe(true);
    expect(typeof second![1]).toBe("string");
  });

  test("asserts", async () => {
    expect(
      await entries(
        4,
        `console.assert(true, "not shown"); console.assert(); console.assert(0, "text", 1);
         console.assert(false, { a: 1 }, 2); console.assert(null, "%s")`,
      ),
    ).toEqual([
      ["error", "Assertion failed"],
      ["error", "Assertion failed: text", 1],
      ["error", "Assertion failed", { a: 1 }, 2],
      ["error", "Assertion failed: %s"],
    ]);
  });

  test("counts by label", async () => {
    expect(
      await entries(
        6,
        `console.count(); console.count("x"); console.count(undefined); console.countReset(); console.count();
         console.countReset("unknown"); console.count("__proto__")`,
      ),
    ).toEqual([
      ["info", "default: 1"],
      ["info", "x: 1"],
      ["info", "default: 2"],
      ["info", "default: 1"],
      ["warn", "console.countReset: there is no counter named 'unknown'"],
      ["info", "__proto__: 1"],
    ]);
  });

  test("times by label", async () => {
    const all = await entries(
      5,
      `console.time(); console.time(); console.timeLog(undefined, "extra", 1); console.timeEnd(); console.timeEnd();
       console.timeLog("x")`,
    );
    expect(all.map(([level]) => level)).toEqual(["warn", "log", "info", "warn", "warn"]);
    expect(all[1]!.slice(1)).toEqual([expect.stringMatching(/^default: [\d.]+ms$/), "extra", 1]);
    expect(all[2]![1]).toMatch(/^default: [\d.]+ms$/);
    expect(all[3]![1]).toContain("'default'");
  });

  test("traces with the guest's stack", async () => {
    const [entry] = await entries(1, `function traced() { console.trace("label", 1) } traced()`);
    expect(entry!.slice(0, 3)).toEqual(["trace", "label", 1]);
    expect(entry![3]).toMatch(/^Trace\n {4}at traced \(guest\.js:1:\d+\)/);
  });

  test("prints groups' labels, tables and dirs, and nothing for their ends", async () => {
    expect(
      await entries(
        5,
        `console.group("g", 1); console.groupCollapsed(); console.groupEnd(); console.clear(); console.groupCollapsed("h");
         console.dir({ a: 1 }); console.table([{ a: 1 }]); console.dirxml(1)`,
      ),
    ).toEqual([
      ["log", "g", 1],
      ["log", "h"],
      ["log", { a: 1 }],
      ["log", [{ a: 1 }]],
      ["log", 1],
    ]);
  });
});
