// A signal that lives long keeps nothing of what came and went: within memory that a leak would fill.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

const ROUNDS = 100_000;
/** One call of evaluate does so many rounds: a turn is the time at which what died is collected. */
const BATCH = 5_000;
/** Half a second each, on a machine with nothing else to do. */
const TIMEOUT_MS = 120_000;

describe("nothing stays on a long-lived signal", () => {
  test.each([
    [`AbortSignal.any([root.signal])`],
    [
      `const x = AbortSignal.any([root.signal]), f = () => {}; x.addEventListener("abort", f); x.removeEventListener("abort", f)`,
    ],
    [`const x = AbortSignal.any([root.signal]); x.onabort = () => {}; x.onabort = null`],
    [`AbortSignal.any([AbortSignal.any([root.signal]), new AbortController().signal])`],
    [`AbortSignal.any([root.signal, AbortSignal.timeout(1e7)])`],
    [`AbortSignal.timeout(1e7)`],
    [`new EventTarget().addEventListener("x", () => {}, { signal: root.signal })`],
    [
      `const t = new EventTarget(); t.addEventListener("x", () => {}, { signal: root.signal, once: true }); t.dispatchEvent(new Event("x"))`,
    ],
    [
      `const t = new EventTarget(), f = () => {}; t.addEventListener("x", f, { signal: root.signal }); t.removeEventListener("x", f)`,
    ],
    [`new Request("https://a.example", { signal: root.signal }).signal`],
    [`new Request("https://a.example", { signal: root.signal }).clone().signal`],
    [
      `addEventListener("x", () => {}, { signal: (() => { const c = new AbortController(); queueMicrotask(() => c.abort()); return c.signal; })() })`,
    ],
  ])(
    "%s",
    async (code) => {
      const guest = await createGuest({ memoryMb: 24, cpuMs: 0 });
      await guest.evaluate(`globalThis.root = new AbortController(); 0`);
      for (let round = 0; round < ROUNDS; round += BATCH) {
        await guest.evaluate(`for (let i = 0; i < ${BATCH}; i++) { ${code}; } 0`);
      }
      expect(await guest.evaluate("root.signal.aborted")).toBe(false);
    },
    TIMEOUT_MS,
  );

  test.each([
    [`await (await fetch("https://a.example", { signal: root.signal })).text()`],
    [`await NETWORK.request("m", 1, { signal: AbortSignal.any([root.signal, AbortSignal.timeout(1e7)]) })`],
    [`await new Blob(["x"]).stream().pipeTo(new WritableStream(), { signal: root.signal })`],
  ])(
    "%s",
    async (code) => {
      const guest = await createGuest({ memoryMb: 24, cpuMs: 0 });
      guest.onRequest("fetch", () => ({ status: 200, body: "x" }));
      guest.onRequest("m", () => 1);
      await guest.evaluate(`globalThis.root = new AbortController(); 0`);
      for (let round = 0; round < ROUNDS / 5; round += 1_000) {
        await guest.evaluate(`(async () => { for (let i = 0; i < 1000; i++) { ${code}; } })()`);
      }
      expect(await guest.evaluate("root.signal.aborted")).toBe(false);
    },
    TIMEOUT_MS,
  );
});

describe("what is waited for still comes", () => {
  test("through signals that nobody else holds", async () => {
    expect(
      await run(`
        const root = new AbortController(), seen = [];
        AbortSignal.any([AbortSignal.any([root.signal])]).onabort = () => seen.push("any");
        AbortSignal.any([root.signal]).addEventListener("abort", () => seen.push("listener"));
        const target = new EventTarget();
        target.addEventListener("x", () => seen.push("x"), { signal: AbortSignal.any([root.signal]) });
        for (let i = 0; i < 50; i++) new ArrayBuffer(1 << 20);
        target.dispatchEvent(new Event("x"));
        root.abort();
        target.dispatchEvent(new Event("x"));
        const timedOut = await new Promise((resolve) => (AbortSignal.any([AbortSignal.timeout(5)]).onabort = (e) => resolve(e.target.reason.name)));
        return [seen, timedOut];`),
    ).toEqual([["x", "any", "listener"], "TimeoutError"]);
  });

  test("in the order in which the signals were made, whichever was waited for first", async () => {
    expect(
      await run(`
        const root = new AbortController(), seen = [];
        const [a, b] = [AbortSignal.any([root.signal]), AbortSignal.any([root.signal])];
        b.onabort = () => seen.push("b", a.aborted);
        a.onabort = () => seen.push("a", b.aborted);
        root.signal.onabort = () => seen.push("root", a.aborted, b.aborted);
        root.abort();
        return seen;`),
    ).toEqual(["root", true, true, "a", true, "b", true]);
  });

  test("with the reason of the source that was aborted first, also when nobody looked", async () => {
    expect(
      await run(`
        const [one, two] = [new AbortController(), new AbortController()];
        const any = AbortSignal.any([one.signal, two.signal]);
        two.abort("two");
        await new Promise((resolve) => setTimeout(resolve, 2));
        one.abort("one");
        const nested = AbortSignal.any([any]);
        return [any.reason, nested.aborted, nested.reason];`),
    ).toEqual(["two", true, "two"]);
  });

  test("a timeout that nobody waits for passes between turns, never within one", async () => {
    expect(
      await run(`
        const signal = AbortSignal.timeout(1);
        const end = performance.now() + 5;
        while (performance.now() < end);
        const within = signal.aborted;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return [within, signal.aborted, signal.reason.name];`),
    ).toEqual([false, true, "TimeoutError"]);
  });
});
