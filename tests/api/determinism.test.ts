// Isolates that do the same each time: clocks that are the host's, and chance that comes of a seed.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate } from "../../lib/index.ts";
import { rejection } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

const START = Date.UTC(2030, 1, 2, 3, 4, 5, 6);

/** All that a guest could tell two runs apart by, as text. */
const EVERYTHING = `
  const work = () => { let spun = 0; for (let i = 0; i < 1e5; i++) spun = (spun + i * 7) | 0; return spun; };
  const seen = [];
  const note = (what, value) => seen.push([what, value]);
  note("random", Array.from({ length: 200 }, Math.random));
  note("spin", work());
  note("now", [Date.now(), new Date().toString(), Date(), performance.now(), performance.timeOrigin]);
  note("temporal", [String(Temporal.Now.instant()), String(Temporal.Now.zonedDateTimeISO()), String(Temporal.Now.plainTimeISO())]);
  note("intl", new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "full" }).format());
  note("event", new Event("x").timeStamp);
  note("file", new File(["a"], "a").lastModified);
  note("marks", [performance.mark("a").startTime, performance.measure("b").duration]);
  note("blob", URL.createObjectURL(new Blob(["a"])));
  const form = new FormData(); form.append("a", new File(["b"], "b"));
  note("form", await new Response(form).text());
  note("map", [...new Map(Array.from({ length: 50 }, (_, i) => ["k" + i * 7919 % 50, i]))].flat());
  note("keys", Object.keys(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => ["k" + (i * 7919) % 2000, i]))).join());
  note("sorted", Array.from({ length: 100 }, (_, i) => ({ i })).sort(() => Math.random() - 0.5).map(({ i }) => i));
  try { note("secret", [crypto.randomUUID(), ...crypto.getRandomValues(new Uint32Array(4))]); } catch (error) { note("secret", error.name); }
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
  note("key", [...new Uint8Array(await crypto.subtle.exportKey("raw", key))]);
  const order = [];
  const at = (name, ms) => new Promise((done) => setTimeout(() => done(order.push(name + "@" + performance.now())), ms));
  let ticks = 0;
  await new Promise((done) => { const id = setInterval(() => { order.push("tick@" + Date.now()); if (++ticks === 3) done(clearInterval(id)); }, 400); });
  await Promise.all([at("c", 30), at("a", 10), at("b", 10), at("d", 1000.9)]);
  note("timers", order);
  note("timeout", await new Promise((done) => { const s = AbortSignal.timeout(250); s.onabort = (event) => done([s.reason.name, event.timeStamp]); }));
  note("stack", new Error("here").stack);
  note("waits", typeof Atomics.waitAsync);
  JSON.stringify(seen)`;

const FIXED = {
  clock: { now: START, advance: "timers" },
  random: { seed: 42, crypto: "predictable" },
  timeZone: "Asia/Tokyo",
} as const;

describe("the same script", () => {
  test("gives the same bytes, again and again", async () => {
    const once = async (): Promise<string> => {
      const isolate = await sandbox.createIsolate(FIXED);
      const text = await isolate.evaluate<string>(EVERYTHING);
      isolate.destroy();
      return text;
    };
    const first = await once();
    const seen = new Map(JSON.parse(first) as [string, any][]);
    expect(seen.get("now").slice(0, 2)).toEqual([START, "Sat Feb 02 2030 12:04:05 GMT+0900 (Japan Standard Time)"]);
    expect(seen.get("now").slice(3)).toEqual([0, START]);
    expect(seen.get("timers")).toEqual([
      ...[400, 800, 1200].map((ms) => `tick@${START + ms}`),
      ...["a@1210", "b@1210", "c@1230", "d@2200"],
    ]);
    expect(seen.get("timeout")).toEqual(["TimeoutError", 2450]);
    expect(new Set(seen.get("random")).size).toBe(200);
    expect(seen.get("waits")).toBe("undefined");
    for (let round = 0; round < 60; round += 4) {
      for (const text of await Promise.all([once(), once(), once(), once()])) expect(text).toBe(first);
    }
  });

  test("differs by the seed, and where nobody asked for it", async () => {
    const script = "[Math.random(), Math.random()]";
    const of = async (random: any): Promise<unknown> => (await sandbox.createIsolate({ random })).evaluate(script);
    expect(await of(7)).toEqual(await of({ seed: 7 }));
    expect(await of(7)).not.toEqual(await of(8));
    expect(await of(0)).toEqual(await of(0));
    expect(await of(2 ** 53 - 1)).toEqual(await of(2 ** 53 - 1));
    expect(await of(undefined)).not.toEqual(await of(undefined));
  });

  test("what is to be a secret is one, unless the host says in so many words that it need not be", async () => {
    const script = `const seen = [crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(8)).join()];
      const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
      [...seen, new Uint8Array(await crypto.subtle.exportKey("raw", key)).join()]`;
    const of = async (random: any): Promise<string[]> => (await sandbox.createIsolate({ random })).evaluate(script);
    const [first, second] = [await of(1), await of(1)];
    for (const [index, value] of first.entries()) expect(value).not.toBe(second[index]!);
    const predictable = { seed: 1, crypto: "predictable" };
    expect(await of(predictable)).toEqual(await of(predictable));
    expect((await of(predictable))[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  test("two isolates at once do not disturb each other", async () => {
    const of = async (seed: number): Promise<string> => {
      const isolate = await sandbox.createIsolate({ random: seed, clock: { now: seed } });
      let all = "";
      for (let round = 0; round < 20; round++)
        all += await isolate.evaluate<string>("`${Math.random()} ${Date.now()} `");
      return all;
    };
    const [a, b] = await Promise.all([of(1), of(2)]);
    expect([await of(1), await of(2)]).toEqual([a, b]);
  });
});

describe("a clock that is the host's", () => {
  const make = (options = {}): Promise<Isolate> =>
    sandbox.createIsolate({ clock: { now: new Date(START), ...options } });

  test("stands still, also from turn to turn, until it is let go on", async () => {
    const isolate = await make();
    const read = "[Date.now(), performance.now(), new Event('x').timeStamp]";
    expect(await isolate.evaluate(read)).toEqual([START, 0, 0]);
    await Bun.sleep(5);
    expect(await isolate.evaluate(read)).toEqual([START, 0, 0]);
    await isolate.advanceClock(1500.5);
    expect(await isolate.evaluate(read)).toEqual([START + 1500, 1500.5, 1500.5]);
  });

  test("runs timers in their order, each at its time, and tells when all of them have run", async () => {
    const isolate = await make();
    await isolate.evaluate(`
      globalThis.ran = [];
      const run = (name) => () => ran.push([name, performance.now(), Date.now() - ${START}]);
      setTimeout(run("late"), 101);
      setTimeout(run("last"), 100);
      setTimeout(() => { run("first")(); setTimeout(run("nested"), 50); setTimeout(run("at the end"), 90); }, 10);
      setInterval(run("interval"), 40); 0`);
    await Bun.sleep(20);
    expect(await isolate.evaluate("ran")).toEqual([]);
    await isolate.advanceClock(100);
    const expected = [
      ["first", 10],
      ["interval", 40],
      ["nested", 60],
      ["interval", 80],
      ["last", 100],
      ["at the end", 100],
    ];
    expect(await isolate.evaluate("ran")).toEqual(expected.map(([name, ms]) => [name, ms, ms]));
    await Promise.all([isolate.advanceClock(1), isolate.advanceClock(0), isolate.advanceClock(19)]);
    expect(await isolate.evaluate("ran.slice(6)")).toEqual([
      ["late", 101, 101],
      ["interval", 120, 120],
    ]);
    expect(await isolate.evaluate("performance.now()")).toBe(120);
  });

  test("lets a script that waits go on", async () => {
    const isolate = await make();
    const slept = isolate.evaluate("await new Promise((done) => setTimeout(done, 3_600_000)); Date.now()");
    await isolate.advanceClock(3_600_000);
    expect(await slept).toBe(START + 3_600_000);
  });

  test("goes on by itself where it is told to, but not while the guest waits for its host", async () => {
    const isolate = await make({ advance: "timers" });
    const answer = Promise.withResolvers<string>();
    isolate.onRequest("ask", () => answer.promise);
    const raced = isolate.evaluate(`
      const asked = NETWORK.request("ask").then((value) => [value, performance.now()]);
      Promise.race([asked, new Promise((done) => setTimeout(done, 10, "timer"))])`);
    await Bun.sleep(20);
    expect(await isolate.evaluate("performance.now()")).toBe(0);
    answer.resolve("answer");
    expect(await raced).toEqual(["answer", 0]);
    // A request that was given up is waited for by nobody.
    const script = `
      const aborter = new AbortController();
      NETWORK.request("ask", 0, { signal: aborter.signal }).catch(() => {});
      aborter.abort();
      await new Promise((done) => setTimeout(done, 86_400_000)); performance.now()`;
    isolate.onRequest("ask", () => new Promise(() => {}));
    expect(await isolate.evaluate(script)).toBe(10 + 86_400_000);
  });

  test("also a guest that sets timers for ever ends at its limits", async () => {
    const isolate = await sandbox.createIsolate({ clock: { now: 0, advance: "timers" }, cpuTotalMs: 100 });
    const error = await rejection(isolate.evaluate("setInterval(() => {}, 1); await new Promise(() => {})"));
    expect(error).toMatchObject({ code: "ERR_TERMINATED", reason: "cpu_limit_exceeded" });
  });

  test("as many timers as an isolate may have do not keep time from going on", async () => {
    const isolate = await sandbox.createIsolate({ clock: { now: 0 }, timersMax: 2 });
    await isolate.evaluate("globalThis.ran = 0; setTimeout(() => ran++, 5); setTimeout(() => ran++, 5); 0");
    await isolate.advanceClock(5);
    expect(await isolate.evaluate("ran")).toBe(2);
  });

  test("nothing that a guest has patched comes in between", async () => {
    const isolate = await make();
    await isolate.evaluate(`
      Object.defineProperty(Promise.prototype, "constructor", { get() { throw new Error("seen") } });
      Promise.prototype.then = () => { throw new Error("seen") };
      Array.prototype.push = Array.prototype.pop = () => { throw new Error("seen") };
      globalThis.setTimeout(() => { globalThis.ran = true }, 5); 0`);
    await isolate.advanceClock(10);
    expect(await isolate.evaluate("ran")).toBe(true);
  });

  test("wrong options, and calls that make no sense", async () => {
    const wrong = async (options: object): Promise<any> => rejection(sandbox.createIsolate(options));
    expect(await wrong({ clock: "fast" })).toMatchObject({ code: "ERR_OPTION", option: "clock" });
    expect(await wrong({ clock: {} })).toMatchObject({ code: "ERR_OPTION", option: "clock.now" });
    expect(await wrong({ clock: { now: new Date(NaN) } })).toMatchObject({ option: "clock.now" });
    expect(await wrong({ clock: { now: 0, advance: "fast" } })).toMatchObject({ option: "clock.advance" });
    expect((await wrong({ clock: { now: 0, advances: "host" } })).message).toContain("did you mean advance?");
    for (const random of [-1, 0.5, 2 ** 53, NaN, "7"])
      expect(await wrong({ random })).toMatchObject({ option: "random" });
    expect(await wrong({ random: {} })).toMatchObject({ option: "random.seed" });
    expect(await wrong({ random: { seed: 1, crypto: true } })).toMatchObject({ option: "random.crypto" });
    const live = await sandbox.createIsolate();
    expect(await rejection(live.advanceClock(5))).toMatchObject({ code: "ERR_ARGUMENT" });
    const hosted = await make();
    for (const ms of [-1, NaN, Infinity, "5"]) {
      expect(await rejection(hosted.advanceClock(ms as number))).toMatchObject({ code: "ERR_ARGUMENT" });
    }
  });
});
