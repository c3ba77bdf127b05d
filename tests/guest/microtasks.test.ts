// https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#microtask-queuing
import { describe, expect, test } from "bun:test";
import { collect, createGuest, run, thrown } from "./guest.ts";

describe("queueMicrotask", () => {
  test("takes its place among promise reactions", async () => {
    expect(
      await run(`
        const order = [];
        Promise.resolve().then(() => order.push("promise 1"));
        queueMicrotask(() => order.push("microtask"));
        Promise.resolve().then(() => order.push("promise 2"));
        order.push("sync");
        await new Promise((resolve) => setTimeout(resolve));
        return order`),
    ).toEqual(["sync", "promise 1", "microtask", "promise 2"]);
  });

  test("calls without arguments or this", async () => {
    expect(
      await run(`return new Promise((resolve) =>
        queueMicrotask(function () { "use strict"; resolve([this === undefined, arguments.length]); }))`),
    ).toEqual([true, 0]);
  });

  test("reports an exception as one, not as a rejection", async () => {
    const guest = await createGuest();
    const rejections: unknown[] = [];
    guest.onSystem("unhandledrejection", (error) => rejections.push(error));
    const errors = collect<string>(1, (take) => guest.onSystem("error", (error) => take(error.message)));
    await run(`queueMicrotask(() => { throw new Error("micro") })`, guest);
    expect(await errors).toEqual(["micro"]);
    expect(rejections).toEqual([]);
  });

  test("wants a function", async () => {
    expect(
      await run(`${thrown} return [[], [null], ["x"], [{}]].map((args) => thrown(() => queueMicrotask(...args)))`),
    ).toEqual(Array.from({ length: 4 }, () => "TypeError"));
  });
});
