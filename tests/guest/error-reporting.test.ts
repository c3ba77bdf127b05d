// https://html.spec.whatwg.org/multipage/webappapis.html#runtime-script-errors
import { describe, expect, test } from "bun:test";
import type { GuestError } from "network-runtime";
import { collect, createGuest, run } from "./guest.ts";

describe("the error event", () => {
  test("tells a guest of its uncaught exception: what, and where", async () => {
    const guest = await createGuest();
    const reported = collect<GuestError>(1, (take) => guest.onSystem("error", take));
    await run(
      `addEventListener("error", (e) => { globalThis.seen = [e.message, e.filename, e.lineno, e.colno, e.error.name,
      e.cancelable, e.isTrusted, e instanceof ErrorEvent, e.target === globalThis]; })`,
      guest,
    );
    guest.execute(`\n  throw new RangeError("boom")`, { filename: "app.js" });
    expect(await guest.evaluate("seen")).toEqual([
      ...["Uncaught RangeError: boom", "app.js", 2, 3, "RangeError"],
      ...[true, true, true, true],
    ]);
    expect((await reported)[0]).toMatchObject({ name: "RangeError", message: "boom", filename: "app.js", lineno: 2 });
  });

  test("comes for exceptions of timers, messages, microtasks, listeners and reportError", async () => {
    const guest = await createGuest();
    await run(
      `globalThis.seen = []; addEventListener("error", (e) => { seen.push(e.message, e.filename); e.preventDefault(); })`,
      guest,
    );
    await run(
      `setTimeout(() => { throw new Error("timer") });
       queueMicrotask(() => { throw new Error("microtask") });
       const target = new EventTarget();
       target.addEventListener("x", () => { throw new Error("listener") });
       target.dispatchEvent(new Event("x"));
       reportError(new Error("reported"));
       NETWORK.on("m", () => { throw new Error("message") });
       await new Promise((resolve) => setTimeout(resolve, 10))`,
      guest,
    );
    guest.send("m");
    expect(await guest.evaluate("seen.filter((_, index) => index % 2 === 0).sort()")).toEqual([
      "Uncaught Error: listener",
      "Uncaught Error: message",
      "Uncaught Error: microtask",
      "Uncaught Error: reported",
      "Uncaught Error: timer",
    ]);
    expect(
      await guest.evaluate("seen.filter((_, index) => index % 2 === 1 && seen[index] !== 'guest.js').length"),
    ).toBe(0);
  });

  test("suppresses the host's report when it is canceled", async () => {
    const guest = await createGuest();
    const reported: string[] = [];
    guest.onSystem("error", (error) => reported.push(error.message));
    await run(`addEventListener("error", (e) => { if (/quiet/.test(e.message)) e.preventDefault() })`, guest);
    guest.execute(`throw new Error("quiet")`);
    guest.execute(`reportError(new Error("quiet too")); reportError(new Error("loud"))`);
    await guest.evaluate("1");
    expect(reported).toEqual(["loud"]);
  });

  test("does not come again for an exception in its own listener", async () => {
    const guest = await createGuest();
    const reported: string[] = [];
    guest.onSystem("error", (error) => reported.push(error.message));
    await run(`globalThis.calls = 0; addEventListener("error", () => { calls++; throw new Error("inner") })`, guest);
    guest.execute(`throw new Error("outer")`);
    expect(await guest.evaluate("calls")).toBe(1);
    expect(reported).toEqual(["inner", "outer"]);
    guest.execute(`throw new Error("next")`);
    expect(await guest.evaluate("calls")).toBe(2);
  });

  test("reaches onerror with its own arguments; true means handled", async () => {
    const guest = await createGuest();
    const reported: string[] = [];
    guest.onSystem("error", (error) => reported.push(error.message));
    await run(
      `onerror = function (...args) { globalThis.args = [args.length, args[0], args[1], args[2], args[4].name, this === globalThis]; return true }`,
      guest,
    );
    guest.execute(`throw new TypeError("handled")`, { filename: "a.js" });
    expect(await guest.evaluate("args")).toEqual([5, "Uncaught TypeError: handled", "a.js", 1, "TypeError", true]);
    await run(`onerror = () => false`, guest);
    guest.execute(`throw new TypeError("not handled")`);
    await guest.evaluate("1");
    expect(reported).toEqual(["not handled"]);
  });
});

describe("event handler attributes", () => {
  test("hold objects, take null and what is no object as null, and keep their place", async () => {
    expect(
      await run(`
        const seen = [];
        const order = [];
        const f = () => order.push("handler");
        seen.push(onerror, onunhandledrejection, onrejectionhandled);
        onunhandledrejection = f;
        seen.push(onunhandledrejection === f);
        addEventListener("unhandledrejection", () => order.push("listener"));
        onunhandledrejection = () => order.push("replaced");
        dispatchEvent(new Event("unhandledrejection"));
        onunhandledrejection = 5;
        seen.push(onunhandledrejection);
        dispatchEvent(new Event("unhandledrejection"));
        onunhandledrejection = f;
        dispatchEvent(new Event("unhandledrejection"));
        onunhandledrejection = {};
        dispatchEvent(new Event("unhandledrejection"));
        seen.push(typeof onunhandledrejection);
        return [seen, order.join()]`),
    ).toEqual([[null, null, null, true, null, "object"], "replaced,listener,listener,listener,handler,listener"]);
  });
});

describe("unhandled rejections", () => {
  test("are events with promise and reason, and reports unless canceled", async () => {
    const guest = await createGuest();
    const reported = collect<string>(1, (take) => guest.onSystem("unhandledrejection", (error) => take(error.message)));
    await run(
      `globalThis.seen = [];
       addEventListener("unhandledrejection", (e) => {
         seen.push([e.promise instanceof Promise, e.reason.message, e.cancelable, e.isTrusted]);
         if (e.reason.message === "quiet") e.preventDefault();
       })`,
      guest,
    );
    guest.execute(`Promise.reject(new Error("quiet"))`);
    guest.execute(`Promise.reject(new Error("loud"))`);
    expect(await reported).toEqual(["loud"]);
    expect(await guest.evaluate("seen")).toEqual([
      [true, "quiet", true, true],
      [true, "loud", true, true],
    ]);
  });

  test("are none when they are handled in the same turn", async () => {
    const guest = await createGuest();
    const reported: unknown[] = [];
    guest.onSystem("unhandledrejection", (error) => reported.push(error.message));
    guest.execute(`const p = Promise.reject(new Error("x")); queueMicrotask(() => p.catch(() => {}))`);
    guest.execute(`Promise.reject(new Error("y")).finally(() => {}).catch(() => {})`);
    await guest.evaluate("1");
    expect(reported).toEqual([]);
  });

  test("are told when they are handled late", async () => {
    expect(
      await run(`
        const seen = [];
        onunhandledrejection = (e) => { seen.push(e.type); e.preventDefault(); };
        onrejectionhandled = (e) => seen.push(e.type, e.promise === late, e.reason, e.cancelable);
        const late = Promise.reject(5);
        await new Promise((resolve) => setTimeout(resolve, 5));
        late.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 5));
        return seen`),
    ).toEqual(["unhandledrejection", "rejectionhandled", true, 5, false]);
  });
});
