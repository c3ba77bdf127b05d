// A call that is given up ends the code that runs, and takes nothing of other calls with it.
import { describe, expect, test } from "bun:test";
import { createGuest } from "../guest/guest.ts";

/** Scripts that never end, in the turn of whoever has called `start`; given up when the promise is asked for. */
const ENDLESS = `await new Promise((resolve) => (globalThis.start = resolve)); while (true);`;

const name = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "settled",
    (error: Error) => error.name,
  );

describe("beside a call that is given up in its turn", () => {
  test("microtasks that wait behind it run, and what they settle is answered", async () => {
    const isolate = await createGuest();
    const controller = new AbortController();
    const endless = name(isolate.evaluate(ENDLESS, { signal: controller.signal }));
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    // Its own promise waits on a microtask behind the endless one.
    const other = isolate.evaluate(`NETWORK.send("begun"); start(); Promise.resolve(1).then((v) => v + 1)`);
    await begun;
    controller.abort();
    expect(await endless).toBe("AbortError");
    expect(await other).toBe(2);
    expect(await isolate.evaluate("1 + 1")).toBe(2);
  });

  test("rejections that nobody handles are told", async () => {
    const isolate = await createGuest();
    const controller = new AbortController();
    const told = new Promise((resolve) => isolate.onSystem("unhandledrejection", resolve));
    const endless = name(isolate.evaluate(ENDLESS, { signal: controller.signal }));
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    isolate.execute(`NETWORK.send("begun"); Promise.reject(new Error("mine")); start();`);
    await begun;
    controller.abort();
    await endless;
    expect(await told).toMatchObject({ message: "mine" });
  });

  test("other calls given up end too, whatever their number", async () => {
    const isolate = await createGuest({ cpuMs: 60_000 });
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    await isolate.evaluate("globalThis.gate = new Promise((resolve) => (globalThis.open = resolve)); 1");
    const calls = controllers.map(({ signal }, index) =>
      name(isolate.evaluate(`await gate; ${index % 2 === 0 ? "while (true);" : "for (;;) await 0;"}`, { signal })),
    );
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    isolate.execute(`NETWORK.send("begun"); open();`);
    const other = isolate.evaluate("await gate; 'through'");
    await begun;
    for (const controller of controllers) controller.abort();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["AbortError"]));
    expect(await other).toBe("through");
    expect(isolate.stats().cpuMs).toBeLessThan(30_000);
  });

  test("a microtask of another that runs in its turn goes on", async () => {
    const isolate = await createGuest();
    const controller = new AbortController();
    const other = isolate.evaluate(`await new Promise((resolve) => (globalThis.go = resolve));
      NETWORK.send("begun");
      for (const until = performance.now() + 200; performance.now() < until; );
      "to its end"`);
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    const call = name(isolate.evaluate("go(); new Promise(() => {})", { signal: controller.signal }));
    await begun;
    controller.abort();
    expect(await call).toBe("AbortError");
    expect(await other).toBe("to its end");
  });

  test("a microtask of another is not hit when the rest of its code is short", async () => {
    const isolate = await createGuest();
    await isolate.evaluate("globalThis.gate = new Promise((resolve) => (globalThis.open = resolve)); 1");
    const controller = new AbortController();
    // Nothing looks for interrupts while it sorts; after that one call is made, and no other.
    const call = name(
      isolate.evaluate(
        `const numbers = Float64Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 1_000_003);
        const rest = () => 1;
        await gate;
        NETWORK.send("begun");
        numbers.sort();
        rest();`,
        { signal: controller.signal },
      ),
    );
    const other = isolate.evaluate("await gate; [1, 2, 3].map((n) => n * 2).join()");
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    isolate.execute("open()");
    await begun;
    controller.abort();
    expect(await call).toBe("AbortError");
    expect(await other).toBe("2,4,6");
  });

  test("arithmetic of large BigInts, which looks for an end only, is ended too", async () => {
    const isolate = await createGuest({ cpuMs: 60_000, memoryMb: 512 });
    const controller = new AbortController();
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    const call = name(
      isolate.evaluate(
        `NETWORK.send("begun"); for (const n = (1n << 400_000_000n) - 1n; ; ) (n / (n >> 200_000_001n)).toString()`,
        {
          signal: controller.signal,
        },
      ),
    );
    await begun;
    controller.abort();
    expect(await call).toBe("AbortError");
    expect(await isolate.evaluate("1 + 1")).toBe(2);
    expect(isolate.stats().cpuMs).toBeLessThan(10_000);
  });

  test("what is left is under the limits, also when the console is switched first", async () => {
    const isolate = await createGuest({ cpuMs: 200 });
    const controller = new AbortController();
    const endless = name(isolate.evaluate(ENDLESS, { signal: controller.signal }));
    const begun = new Promise((resolve) => isolate.on("begun", resolve));
    const terminated = new Promise((resolve) => isolate.onSystem("terminated", resolve));
    isolate.execute(`NETWORK.send("begun"); start(); Promise.resolve().then(() => { while (true); });`);
    await begun;
    isolate.onConsole(() => {});
    controller.abort();
    expect(await endless).toBe("AbortError");
    expect(await terminated).toMatchObject({ reason: "cpu_limit_exceeded", scope: "turn" });
  });

  test("an isolate that ends runs nothing more", async () => {
    const isolate = await createGuest({ cpuMs: 50 });
    const sent: unknown[] = [];
    isolate.on("after", (data) => void sent.push(data));
    const destroyed = new Promise((resolve) => isolate.onSystem("destroyed", resolve));
    isolate.execute(
      `Promise.resolve().then(() => { while (true); }); Promise.resolve().then(() => NETWORK.send("after"));`,
    );
    await destroyed;
    expect(sent).toEqual([]);
  });
});
