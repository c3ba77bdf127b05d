// Calls of the platform that are cut short by the stack's end leave it in order.
import { expect, test } from "bun:test";
import { collect, createGuest, messages, run } from "./guest.ts";

test("the platform works on after every one of its calls met the stack's end", async () => {
  const guest = await createGuest({ clock: "frozen" });
  guest.onRequest("echo", (data) => data);
  guest.onSystem("error", () => {});
  guest.onSystem("unhandledrejection", () => {});
  await run(
    `const target = new EventTarget();
     target.addEventListener("x", () => {});
     const calls = [
       () => setTimeout(() => {}, 1), () => clearTimeout(setTimeout(() => {}, 2)), () => queueMicrotask(() => {}),
       () => target.dispatchEvent(new Event("x")), () => target.addEventListener("y", () => {}), () => NETWORK.on("z", () => {}),
       () => NETWORK.request("echo", 1).catch(() => {}), () => new DOMException("m", "AbortError"), () => structuredClone({ a: [1] }),
       () => new TextDecoder().decode(new TextEncoder().encode("text")), () => crypto.randomUUID(), () => atob("*"),
       () => reportError(new Error("x")), () => AbortSignal.any([new AbortController().signal]), () => NETWORK.send("m", { a: 1 }),
     ];
     for (const call of calls) {
       const descend = () => { try { descend(); } catch { try { call(); } catch {} } };
       descend();
     }`,
    guest,
  );
  expect(
    await run(
      `const order = [];
       const target = new EventTarget();
       target.addEventListener("x", () => order.push("event"));
       target.dispatchEvent(new Event("x"));
       queueMicrotask(() => order.push("microtask"));
       await new Promise((resolve) => setTimeout(resolve, 5));
       for (const delay of [9, 3, 6]) setTimeout(() => order.push(delay), delay);
       await new Promise((resolve) => setTimeout(resolve, 20));
       return [order, await NETWORK.request("echo", "answer"), new TextDecoder().decode(new TextEncoder().encode("é"))]`,
      guest,
    ),
  ).toEqual([["event", "microtask", 3, 6, 9], "answer", "é"]);
});

test("an error listener that exhausts the stack does not keep the next error from its event", async () => {
  const guest = await createGuest();
  guest.onSystem("error", () => {});
  await run(`globalThis.calls = 0; addEventListener("error", () => { calls++; (function f() { f() })(); })`, guest);
  guest.execute(`throw new Error("first")`);
  guest.execute(`throw new Error("second")`);
  expect(await guest.evaluate("calls")).toBe(2);
});

test("timers go on after the turn of an evaluation was ended in the middle of arming them", async () => {
  const guest = await createGuest({ timersMax: 0 });
  const beats = collect<unknown>(5, (take) => guest.on("beat", take));
  await run(`setInterval(() => NETWORK.send("beat", 1), 2)`, guest);
  await guest
    .evaluate(`for (let delay = 5000; ; delay--) setTimeout(() => {}, 1e6 + delay % 100)`, { timeoutMs: 30 })
    .catch(() => {});
  const received = messages(guest, "late", 1);
  await run(`setTimeout(() => NETWORK.send("late", "late"), 5)`, guest);
  expect(await received).toEqual(["late"]);
  expect((await beats).length).toBe(5);
});
