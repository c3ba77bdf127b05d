// https://dom.spec.whatwg.org/#aborting-ongoing-activities
import { describe, expect, test } from "bun:test";
import { createGuest, run, thrown } from "./guest.ts";

describe("AbortController", () => {
  test("aborts its signal once, with an AbortError or the reason given", async () => {
    expect(
      await run(`
        const controller = new AbortController(), { signal } = controller, events = [];
        signal.onabort = (e) => events.push("handler", e.isTrusted, e.target === signal, signal.aborted);
        signal.addEventListener("abort", () => events.push("listener"));
        const before = [signal.aborted, signal.reason, controller.signal === signal];
        controller.abort();
        controller.abort("again");
        const other = new AbortController();
        other.abort(null);
        return [before, events, signal.reason.name, signal.reason instanceof DOMException, other.signal.reason]`),
    ).toEqual([[false, undefined, true], ["handler", true, true, true, "listener"], "AbortError", true, null]);
  });
});

describe("AbortSignal", () => {
  test("can be made aborted, and throws its reason", async () => {
    expect(
      await run(`
        const signal = AbortSignal.abort("why");
        let thrown;
        try { signal.throwIfAborted(); } catch (reason) { thrown = reason; }
        new AbortController().signal.throwIfAborted();
        return [signal.aborted, thrown, AbortSignal.abort().reason.name]`),
    ).toEqual([true, "why", "AbortError"]);
  });

  test("times out, as a timer that a guest cannot clear", async () => {
    expect(
      await run(`${thrown}
        const signal = AbortSignal.timeout(5);
        for (let id = 0; id < 100; id++) clearTimeout(id);
        const event = await new Promise((resolve) => (signal.onabort = resolve));
        return [signal.aborted, signal.reason.name, event.type, thrown(() => AbortSignal.timeout(-1)), thrown(() => AbortSignal.timeout(Infinity)), thrown(() => AbortSignal.timeout())]`),
    ).toEqual([true, "TimeoutError", "abort", "TypeError", "TypeError", "TypeError"]);
  });

  test("counts as a timer", async () => {
    const guest = await createGuest({ timersMax: 1 });
    expect(await run(`${thrown} AbortSignal.timeout(1e6); return thrown(() => AbortSignal.timeout(1e6))`, guest)).toBe(
      "DOMException QuotaExceededError 22",
    );
  });

  test("depends on any of several", async () => {
    expect(
      await run(`${thrown}
        const a = new AbortController(), b = new AbortController(), order = [];
        const any = AbortSignal.any([a.signal, b.signal]);
        const nested = AbortSignal.any([any]);
        any.onabort = () => order.push("any", nested.aborted);
        nested.onabort = () => order.push("nested");
        b.signal.onabort = () => order.push("b", any.aborted);
        b.abort("reason");
        a.abort("late");
        return [order, any.reason, nested.reason, AbortSignal.any([]).aborted, AbortSignal.any([AbortSignal.abort(1), a.signal]).reason,
          thrown(() => AbortSignal.any([{}])), thrown(() => AbortSignal.any(5)), thrown(() => AbortSignal.any())]`),
    ).toEqual([
      ["b", true, "any", true, "nested"],
      "reason",
      "reason",
      false,
      1,
      "TypeError",
      "TypeError",
      "TypeError",
    ]);
  });
});
