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
