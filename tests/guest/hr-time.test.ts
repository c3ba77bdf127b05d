// https://w3c.github.io/hr-time/
import { describe, expect, test } from "bun:test";
import { createGuest, run, thrown } from "./guest.ts";

describe("performance", () => {
  test("counts milliseconds from the isolate's start, never backwards", async () => {
    expect(
      await run(`
        let last = performance.now();
        const start = last;
        for (let index = 0; index < 1000; index++) {
          const now = performance.now();
          if (now < last) return "backwards";
          last = now;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
        const waited = performance.now() - start;
        return [start >= 0 && start < 5000, waited >= 19.9 && waited < 2000]`),
    ).toEqual([true, true]);
  });

  test("has a time origin that fits the wall clock", async () => {
    const before = Date.now();
    const [origin, now] = await run<[number, number]>(
      "return [performance.timeOrigin, Date.now() - performance.now()]",
    );
    expect(origin).toBeGreaterThan(before - 5000);
    expect(origin).toBeLessThan(Date.now() + 5000);
    expect(Math.abs(origin - now)).toBeLessThan(100);
  });

  test("starts anew in every isolate", async () => {
    const first = await createGuest();
    await Bun.sleep(30);
    const second = await createGuest();
    const [early, late] = await Promise.all(
      [first, second].map((guest) => guest.evaluate<number>("performance.timeOrigin")),
    );
    expect(late! - early!).toBeGreaterThan(20);
  });

  test("is an EventTarget with toJSON", async () => {
    expect(
      await run(`${thrown}
        return [performance instanceof EventTarget, String(performance), JSON.stringify(performance) ===
          JSON.stringify({ timeOrigin: performance.timeOrigin }), thrown(() => Performance.prototype.now.call({})),
          thrown(() => Performance.prototype.timeOrigin)]`),
    ).toEqual([true, "[object Performance]", true, "TypeError", "TypeError"]);
  });

  test("stands still during a turn where the clock is frozen", async () => {
    const guest = await createGuest({ clock: "frozen" });
    expect(
      await run(
        `const start = performance.now();
         for (let index = 0; index < 1e6; index++);
         const during = performance.now() - start;
         await new Promise((resolve) => setTimeout(resolve, 10));
         return [during, performance.now() - start > 0]`,
        guest,
      ),
    ).toEqual([0, true]);
  });
});
