// https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers
import { describe, expect, test } from "bun:test";
import { collect, createGuest, run, thrown } from "./guest.ts";

describe("setTimeout", () => {
  test("runs in the order of deadlines, and of calls among equal ones", async () => {
    // A frozen clock: all deadlines count from the same moment, however slow this machine is.
    const guest = await createGuest({ clock: "frozen" });
    expect(
      await run(
        `
        const order = [];
        const done = new Promise((resolve) => setTimeout(resolve, 60));
        for (const [name, delay] of [["c", 30], ["a", 1], ["d", 30], ["b", 15]]) setTimeout(() => order.push(name), delay);
        setTimeout(() => order.push("0"));
        await done;
        return order.join("")`,
        guest,
      ),
    ).toBe("0abcd");
  });

  test("keeps a thousand timers of the same delay in order", async () => {
    expect(
      await run(`
        const order = [];
        for (let index = 0; index < 1000; index++) setTimeout(() => order.push(index), 5);
        await new Promise((resolve) => setTimeout(resolve, 40));
        return [order.length, order.every((value, index) => value === index)]`),
    ).toEqual([1000, true]);
  });

  test("passes arguments, and the global as this", async () => {
    expect(
      await run(`return new Promise((resolve) =>
        setTimeout(function () { "use strict"; resolve([this === globalThis, [...arguments]]); }, 0, 1, "two", [3]))`),
    ).toEqual([true, [1, "two", [3]]]);
  });

  test("returns positive integers, never the same among living timers", async () => {
    expect(
      await run(`
        const ids = Array.from({ length: 50 }, (_, index) => (index % 2 ? setTimeout : setInterval)(() => {}, 1e6));
        return [new Set(ids).size, ids.every((id) => Number.isInteger(id) && id > 0)]`),
    ).toEqual([50, true]);
  });

  test("converts delays as a long", async () => {
    expect(
      await run(`
        const order = [];
        for (const delay of [-5, NaN, undefined, null, "1", "x", 2 ** 32, 2 ** 31, {}, [], true]) {
          setTimeout(() => order.push(String(delay)), delay);
        }
        const converted = [];
        setTimeout(() => {}, { valueOf() { converted.push("valueOf"); return 1; } });
        await new Promise((resolve) => setTimeout(resolve, 30));
        return [order.length, converted]`),
    ).toEqual([11, ["valueOf"]]);
  });

  test("refuses a delay that is no number, as Web IDL does", async () => {
    expect(
      await run(
        `${thrown} return [thrown(() => setTimeout(() => {}, 1n)), thrown(() => setTimeout(() => {}, Symbol())), thrown(() => setTimeout())]`,
      ),
    ).toEqual(["TypeError", "TypeError", "TypeError"]);
  });

  test("compiles a string in the global scope", async () => {
    const guest = await createGuest();
    expect(
      await run(
        `const local = 1;
         setTimeout("var made = typeof local; globalThis.result = this === globalThis");
         setTimeout({ toString: () => "globalThis.other = 5" });
         await new Promise((resolve) => setTimeout(resolve, 10));
         return [made, result, other]`,
        guest,
      ),
    ).toEqual(["undefined", true, 5]);
  });

  test("reports a string that may not be compiled", async () => {
    const guest = await createGuest({ codegen: false });
    const errors = collect<string>(1, (take) => guest.onSystem("error", (error) => take(error.name)));
    await run(`setTimeout("globalThis.ran = true")`, guest);
    expect(await errors).toEqual(["EvalError"]);
    expect(await guest.evaluate("typeof ran")).toBe("undefined");
  });

  test("runs microtasks after each timer", async () => {
    expect(
      await run(`
        const order = [];
        setTimeout(() => { order.push("timer 1"); Promise.resolve().then(() => order.push("microtask 1")); }, 1);
        setTimeout(() => { order.push("timer 2"); queueMicrotask(() => order.push("microtask 2")); }, 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return order`),
    ).toEqual(["timer 1", "microtask 1", "timer 2", "microtask 2"]);
  });

  test("waits 4 ms from the sixth nested timer on", async () => {
    const stamps = await run<number[]>(`return new Promise((resolve) => {
      const stamps = [];
      const next = () => {
        stamps.push(performance.now());
        if (stamps.length === 16) resolve(stamps);
        else setTimeout(next, 0);
      };
      next();
    })`);
    const waits = stamps.slice(1).map((stamp, index) => stamp - stamps[index]!);
    expect(Math.min(...waits.slice(7))).toBeGreaterThanOrEqual(3.9);
  });

  test("never runs early", async () => {
    expect(
      await run(`
        const early = [];
        await Promise.all([1, 3, 7, 12, 20].map((delay) => new Promise((resolve) => {
          const start = performance.now();
          setTimeout(() => { if (performance.now() - start < delay - 0.1) early.push(delay); resolve(); }, delay);
        })));
        return early`),
    ).toEqual([]);
  });

  test("reports exceptions and goes on", async () => {
    const guest = await createGuest();
    const errors = collect<unknown[]>(1, (take) => guest.onSystem("error", (e) => take([e.name, e.message])));
    expect(
      await run(
        `setTimeout(() => { throw new RangeError("in a timer") }, 1);
         return new Promise((resolve) => setTimeout(() => resolve("next"), 5))`,
        guest,
      ),
    ).toBe("next");
    expect(await errors).toEqual([["RangeError", "in a timer"]]);
  });

  test("is bounded", async () => {
    const guest = await createGuest({ timersMax: 3 });
    expect(
      await run(
        `${thrown}
         const ids = [1, 2, 3].map(() => setTimeout(() => {}, 1e6));
         const over = [thrown(() => setTimeout(() => {}, 1)), thrown(() => setInterval(() => {}, 1))];
         clearTimeout(ids[0]);
         return [over, thrown(() => setTimeout(() => {}, 1e6)), thrown(() => setTimeout(() => {}, 1e6))]`,
        guest,
      ),
    ).toEqual([
      ["DOMException QuotaExceededError 22", "DOMException QuotaExceededError 22"],
      "no exception",
      "DOMException QuotaExceededError 22",
    ]);
  });
});

describe("clearTimeout", () => {
  test("takes ids of either kind, and anything else without complaint", async () => {
    expect(
      await run(`
        const ran = [];
        clearInterval(setTimeout(() => ran.push(1), 1));
        clearTimeout(setInterval(() => ran.push(2), 1));
        const late = setTimeout(() => ran.push(3), 2);
        setTimeout(() => clearTimeout(String(late)), 1);
        for (const id of [undefined, null, -1, 0, 1e9, NaN, "x", {}]) clearTimeout(id);
        clearTimeout();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return ran`),
    ).toEqual([]);
  });

  test("leaves the others in order, whichever goes", async () => {
    const guest = await createGuest({ clock: "frozen" });
    expect(
      await run(
        `
        const order = [];
        const ids = [];
        for (let index = 0; index < 200; index++) ids.push(setTimeout(() => order.push(index), (index * 37) % 20));
        for (let index = 0; index < 200; index += 3) clearTimeout(ids[index]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        const expected = ids.map((_, index) => index).filter((index) => index % 3).sort((a, b) =>
          ((a * 37) % 20) - ((b * 37) % 20) || a - b);
        return order.join() === expected.join()`,
        guest,
      ),
    ).toBe(true);
  });
});

describe("setInterval", () => {
  test("repeats with its arguments until it is cleared, by itself too", async () => {
    expect(
      await run(`return new Promise((resolve) => {
        const seen = [];
        const id = setInterval((...args) => {
          seen.push(args);
          if (seen.length === 3) { clearInterval(id); setTimeout(() => resolve(seen), 15); }
        }, 1, "a", 2);
      })`),
    ).toEqual([
      ["a", 2],
      ["a", 2],
      ["a", 2],
    ]);
  });

  test("goes on after an exception", async () => {
    const guest = await createGuest();
    const errors = collect<string>(2, (take) => guest.onSystem("error", (error) => take(error.message)));
    await run(
      `let n = 0; const id = setInterval(() => { if (++n === 2) clearInterval(id); throw new Error("n" + n) }, 1)`,
      guest,
    );
    expect(await errors).toEqual(["n1", "n2"]);
  });

  test("lets other work in between", async () => {
    const guest = await createGuest();
    await run(`globalThis.ticks = 0; setInterval(() => ticks++, 0)`, guest);
    await run(`await new Promise((resolve) => setTimeout(resolve, 30))`, guest);
    expect(await guest.evaluate<number>("ticks")).toBeGreaterThan(2);
  });
});
