// https://dom.spec.whatwg.org/#interface-eventtarget
import { describe, expect, test } from "bun:test";
import { collect, createGuest, run, thrown } from "./guest.ts";

describe("EventTarget", () => {
  test("calls capturing listeners first, then the others, each kind in order", async () => {
    expect(
      await run(`
        const target = new EventTarget(), order = [];
        target.addEventListener("x", () => order.push("a"));
        target.addEventListener("x", () => order.push("b"), true);
        target.addEventListener("x", { handleEvent() { order.push("c"); } }, { capture: true });
        target.addEventListener("x", () => order.push("d"), {});
        target.addEventListener("y", () => order.push("other"));
        return [target.dispatchEvent(new Event("x")), order.join("")]`),
    ).toEqual([true, "bcad"]);
  });

  test("gives listeners the event at its target", async () => {
    expect(
      await run(`
        const target = new EventTarget();
        const event = new Event("x");
        const seen = [];
        target.addEventListener("x", function (e) {
          seen.push(this === target, e === event, e.target === target, e.currentTarget === target, e.eventPhase,
            e.composedPath()[0] === target, e.isTrusted);
        });
        const listener = { handleEvent(e) { seen.push(this === listener); } };
        target.addEventListener("x", listener);
        target.dispatchEvent(event);
        return [...seen, event.target === target, event.currentTarget, event.eventPhase, event.composedPath().length]`),
    ).toEqual([true, true, true, true, 2, true, false, true, true, null, 0, 0]);
  });

  test("keeps a listener once for each of capture and not", async () => {
    expect(
      await run(`
        const target = new EventTarget();
        let calls = 0;
        const listener = () => calls++;
        target.addEventListener("x", listener);
        target.addEventListener("x", listener, { once: true });
        target.addEventListener("x", listener, true);
        target.addEventListener("x", null);
        target.dispatchEvent(new Event("x"));
        target.removeEventListener("x", listener, { capture: true });
        target.dispatchEvent(new Event("x"));
        target.removeEventListener("x", listener, false);
        target.dispatchEvent(new Event("x"));
        return calls`),
    ).toBe(3);
  });

  test("honours once, also for an event dispatched within", async () => {
    expect(
      await run(`
        const target = new EventTarget();
        let calls = 0;
        target.addEventListener("x", () => { if (++calls < 5) target.dispatchEvent(new Event("x")); }, { once: true });
        target.dispatchEvent(new Event("x"));
        target.dispatchEvent(new Event("x"));
        return calls`),
    ).toBe(1);
  });

  test("honours passive", async () => {
    expect(
      await run(`
        const target = new EventTarget();
        target.addEventListener("x", (e) => e.preventDefault(), { passive: true });
        const passive = target.dispatchEvent(new Event("x", { cancelable: true }));
        target.addEventListener("x", (e) => e.preventDefault());
        return [passive, target.dispatchEvent(new Event("x", { cancelable: true })), target.dispatchEvent(new Event("x"))]`),
    ).toEqual([true, false, true]);
  });

  test("honours signal", async () => {
    expect(
      await run(`${thrown}
        const target = new EventTarget(), controller = new AbortController();
        let calls = 0;
        target.addEventListener("x", () => calls++, { signal: controller.signal });
        target.addEventListener("x", () => calls++, { signal: AbortSignal.abort() });
        target.dispatchEvent(new Event("x"));
        controller.abort();
        target.dispatchEvent(new Event("x"));
        return [calls, thrown(() => target.addEventListener("x", () => {}, { signal: null })), thrown(() => target.addEventListener("x", () => {}, { signal: {} }))]`),
    ).toEqual([1, "TypeError", "TypeError"]);
  });

  test("stops at stopImmediatePropagation, and between the phases at stopPropagation", async () => {
    expect(
      await run(`
        const order = [];
        const target = new EventTarget();
        target.addEventListener("i", (e) => { order.push(1); e.stopImmediatePropagation(); });
        target.addEventListener("i", () => order.push(2));
        target.dispatchEvent(new Event("i"));
        target.addEventListener("p", (e) => { order.push(3); e.stopPropagation(); }, true);
        target.addEventListener("p", () => order.push(4), true);
        target.addEventListener("p", () => order.push(5));
        const event = new Event("p");
        target.dispatchEvent(event);
        return [order, event.cancelBubble]`),
    ).toEqual([[1, 3, 4], false]);
  });

  test("during a dispatch: added listeners wait, removed ones do not run", async () => {
    expect(
      await run(`
        const order = [];
        const target = new EventTarget();
        const victim = () => order.push("victim");
        target.addEventListener("x", () => {
          order.push("first");
          target.addEventListener("x", () => order.push("added"));
          target.removeEventListener("x", victim);
        }, { once: true });
        target.addEventListener("x", victim);
        target.addEventListener("x", () => order.push("last"));
        target.dispatchEvent(new Event("x"));
        order.push("|");
        target.dispatchEvent(new Event("x"));
        return order.join()`),
    ).toBe("first,last,|,last,added");
  });

  test("calls a listener that a capturing one adds for the same target", async () => {
    expect(
      await run(`
        const order = [];
        const target = new EventTarget();
        target.addEventListener("x", () => { order.push(1); target.addEventListener("x", () => order.push(2)); }, { capture: true, once: true });
        target.dispatchEvent(new Event("x"));
        return order`),
    ).toEqual([1, 2]);
  });

  test("reports exceptions of listeners and goes on", async () => {
    const guest = await createGuest();
    const errors = collect<string>(3, (take) => guest.onSystem("error", (error) => take(error.name)));
    expect(
      await run(
        `const target = new EventTarget();
         const order = [];
         target.addEventListener("x", () => { throw new RangeError("listener"); });
         target.addEventListener("x", {});
         target.addEventListener("x", { get handleEvent() { throw new SyntaxError("getter"); } });
         target.addEventListener("x", () => order.push("ran"));
         return [target.dispatchEvent(new Event("x")), order]`,
        guest,
      ),
    ).toEqual([true, ["ran"]]);
    expect(await errors).toEqual(["RangeError", "TypeError", "SyntaxError"]);
  });

  test("looks handleEvent up at each call", async () => {
    expect(
      await run(`
        const target = new EventTarget(), order = [];
        const listener = { handleEvent: () => order.push(1) };
        target.addEventListener("x", listener);
        target.dispatchEvent(new Event("x"));
        listener.handleEvent = () => order.push(2);
        target.dispatchEvent(new Event("x"));
        return order`),
    ).toEqual([1, 2]);
  });

  test("refuses to dispatch an event that is being dispatched, and takes it again afterwards", async () => {
    expect(
      await run(`${thrown}
        const target = new EventTarget(), event = new Event("x"), seen = [];
        target.addEventListener("x", () => seen.push(thrown(() => target.dispatchEvent(event))));
        target.dispatchEvent(event);
        target.dispatchEvent(event);
        return seen`),
    ).toEqual(["DOMException InvalidStateError 11", "DOMException InvalidStateError 11"]);
  });

  test("can be subclassed", async () => {
    expect(
      await run(`
        class Emitter extends EventTarget { emit(type) { return this.dispatchEvent(new CustomEvent(type, { detail: this })); } }
        const emitter = new Emitter();
        let detail;
        emitter.addEventListener("x", (e) => (detail = e.detail));
        emitter.emit("x");
        return detail === emitter`),
    ).toBe(true);
  });

  test("checks arguments and receivers", async () => {
    expect(
      await run(`${thrown} const t = new EventTarget();
        return [
          thrown(() => t.addEventListener("x")), thrown(() => t.addEventListener("x", 5)), thrown(() => t.removeEventListener("x", "f")),
          thrown(() => t.dispatchEvent({})), thrown(() => t.dispatchEvent()), thrown(() => t.dispatchEvent(null)),
          thrown(() => t.addEventListener.call({}, "x", () => {})), thrown(() => EventTarget()),
        ]`),
    ).toEqual(Array.from({ length: 8 }, () => "TypeError"));
  });
});

describe("the global as an event target", () => {
  test("listens and dispatches, called with or without itself", async () => {
    expect(
      await run(`
        const seen = [];
        addEventListener("x", function (e) { seen.push(this === globalThis, e.target === self); });
        const listener = () => seen.push("removed");
        globalThis.addEventListener("x", listener);
        self.removeEventListener("x", listener);
        dispatchEvent(new Event("x"));
        EventTarget.prototype.dispatchEvent.call(null, new Event("x"));
        return seen`),
    ).toEqual([true, true, true, true]);
  });
});
