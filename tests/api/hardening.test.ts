// The options that harden: every road to what they take away, by name and by climbing.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate } from "../../lib/index.ts";
import { nextSystem } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

describe("codegen: false", () => {
  /** Each makes code from a string and yields 42. */
  const roads: [string, string][] = [
    ["eval, direct", `eval("42")`],
    ["eval, indirect", `(0, eval)("42")`],
    ["eval, by Reflect", `Reflect.apply(globalThis.eval, null, ["42"])`],
    ["eval, bound", `eval.bind(null, "42")()`],
    ["eval, as a callback", `["42"].map(eval)[0]`],
    ["eval, as a replacer", `Number("42".replace(/42/, eval))`],
    ["eval, later", `await Promise.resolve("42").then(eval)`],
    ["eval, in strict code", `(() => { "use strict"; return eval("42"); })()`],
    ["Function, called", `Function("return 42")()`],
    ["Function, constructed", `new Function("return 42")()`],
    ["Function, with a default argument", `new Function("a = 42", "return a")()`],
    ["Function, by Reflect", `Reflect.construct(Function, ["return 42"], Object)()`],
    ["Function, by Proxy", `new (new Proxy(Function, {}))("return 42")()`],
    ["Function, subclassed", `new (class extends Function {})("return 42")()`],
    ["Function, of a function", `(() => {}).constructor("return 42")()`],
    ["Function, of the platform's", `NETWORK.send.constructor("return 42")()`],
    ["Function, of an error's", `new DOMException("x").constructor.constructor("return 42")()`],
    ["GeneratorFunction", `(function* () {}).constructor("yield 42")().next().value`],
    ["AsyncFunction", `await (async () => {}).constructor("return 42")()`],
    ["AsyncGeneratorFunction", `(await (async function* () {}).constructor("yield 42")().next()).value`],
  ];

  const evaluate = (isolate: Isolate, road: string): Promise<unknown> =>
    isolate.evaluate(`(async () => ${road})().catch((error) => error.name)`);

  test.each(roads)("%s", async (_name, road) => {
    const open = await sandbox.createIsolate();
    expect(await evaluate(open, road)).toBe(42);
    const closed = await sandbox.createIsolate({ codegen: false });
    expect(await evaluate(closed, road)).toBe("EvalError");
  });

  test.each(["setTimeout", "setInterval"])("%s with a string", async (timer) => {
    const script = `${timer}("globalThis.made = 42", 0); 0`;
    const isRun = "new Promise((done) => setTimeout(() => done(globalThis.made), 5))";
    const open = await sandbox.createIsolate();
    await open.evaluate(script);
    expect(await open.evaluate(isRun)).toBe(42);
    const closed = await sandbox.createIsolate({ codegen: false });
    const reported = nextSystem(closed, "error");
    await closed.evaluate(script);
    expect((await reported).name).toBe("EvalError");
    expect(await closed.evaluate(isRun)).toBeUndefined();
  });

  test("import() has no code to bring in either way", async () => {
    const road = `await import("data:text/javascript,export default 42").then((module) => module.default)`;
    for (const codegen of [true, false]) {
      expect(await evaluate(await sandbox.createIsolate({ codegen }), road)).toBe("TypeError");
    }
  });

  test("the host's scripts run, with top-level await, and so does WebAssembly", async () => {
    const closed = await sandbox.createIsolate({ codegen: false });
    closed.execute("globalThis.executed = 1");
    expect(await closed.evaluate("(await 41) + executed")).toBe(42);
    expect(await closed.evaluate(`WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))`)).toBe(true);
  });

  test("eval of what is no string is no code", async () => {
    const closed = await sandbox.createIsolate({ codegen: false });
    expect(await closed.evaluate("[eval(42), eval(), eval(null)]")).toEqual([42, undefined, null]);
  });
});

describe("wasm: false", () => {
  const BYTES = "new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])";
  const roads: [string, string][] = [
    ["Module", `new WebAssembly.Module(${BYTES})`],
    ["Instance", `new WebAssembly.Instance(new WebAssembly.Module(${BYTES}))`],
    ["compile", `await WebAssembly.compile(${BYTES})`],
    ["instantiate", `await WebAssembly.instantiate(${BYTES})`],
    ["validate", `WebAssembly.validate(${BYTES})`],
    ["Memory", `new WebAssembly.Memory({ initial: 1 })`],
    ["Table", `new WebAssembly.Table({ initial: 1, element: "anyfunc" })`],
    ["Global", `new WebAssembly.Global({ value: "i32" }, 1)`],
    ["Tag", `new WebAssembly.Tag({ parameters: [] })`],
  ];

  test.each(roads)("WebAssembly.%s", async (_name, road) => {
    const script = `(async () => { ${road}; return "made"; })().catch((error) => error.name)`;
    const open = await sandbox.createIsolate();
    expect(await open.evaluate(script)).toBe("made");
    const closed = await sandbox.createIsolate({ wasm: false });
    expect(await closed.evaluate(script)).toBe("ReferenceError");
  });

  test("asm.js is JavaScript: not compiled as WebAssembly, which would pin its buffer", async () => {
    const isolate = await sandbox.createIsolate({ wasm: false });
    expect(
      await isolate.evaluate(`{
        function module(stdlib, foreign, heap) {
          "use asm";
          var words = new stdlib.Int32Array(heap);
          function load(at) { at = at | 0; return words[at >> 2] | 0; }
          return { load: load };
        }
        const heap = new ArrayBuffer(65536);
        new Int32Array(heap)[1] = 42;
        const loaded = module({ Int32Array }, {}, heap).load(4);
        structuredClone(heap, { transfer: [heap] });
        [loaded, heap.detached];
      }`),
    ).toEqual([42, true]);
  });

  test("it does not compile from a stream either", async () => {
    for (const [wasm, type] of [
      [true, "function"],
      [false, "undefined"],
    ] as const) {
      const isolate = await sandbox.createIsolate({ wasm });
      expect(
        await isolate.evaluate(`[typeof globalThis.WebAssembly?.compileStreaming,
          typeof globalThis.WebAssembly?.instantiateStreaming]`),
      ).toEqual([type, type]);
    }
  });

  // Everything there is from the global object on, by properties, accessors and prototypes.
  const CLIMB = `
    const seen = new Set();
    const waiting = [globalThis, (function* () {}), (async () => {}), (async function* () {}), new Error(), [][Symbol.iterator]()];
    const found = [];
    while (waiting.length > 0) {
      const value = waiting.pop();
      if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
      seen.add(value);
      const tag = Reflect.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value;
      if (typeof tag === "string" && tag.startsWith("WebAssembly")) found.push(tag);
      waiting.push(Reflect.getPrototypeOf(value));
      for (const key of Reflect.ownKeys(value)) {
        const { value: inner, get, set } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
        waiting.push(inner, get, set);
      }
    }
    [found.length > 0, seen.size > 1000];`;

  test("nothing of it is in reach by another way", async () => {
    const open = await sandbox.createIsolate();
    expect(await open.evaluate(CLIMB)).toEqual([true, true]);
    const closed = await sandbox.createIsolate({ wasm: false });
    expect(await closed.evaluate(CLIMB)).toEqual([false, true]);
  });
});

describe('clock: "frozen"', () => {
  /** Each reads a clock, in milliseconds or as text. */
  const clocks: [string, string][] = [
    ["Date.now", `Date.now()`],
    ["Date, constructed", `new Date().getTime()`],
    ["Date, constructed by Reflect", `Reflect.construct(Date, []).valueOf()`],
    ["Date, called", `Date() && +new (Date.prototype.constructor)()`],
    ["Date's text", `new Date().toISOString()`],
    ["performance.now", `performance.now()`],
    ["performance.mark", `performance.mark("x").startTime`],
    ["performance.measure", `performance.measure("x").duration`],
    ["Event's timeStamp", `new Event("x").timeStamp`],
    [
      "a dispatched event's timeStamp",
      `(() => { const aborter = new AbortController(); let stamp;
       aborter.signal.addEventListener("abort", (event) => (stamp = event.timeStamp)); aborter.abort(); return stamp; })()`,
    ],
    ["Temporal.Now.instant", `Temporal.Now.instant().epochMilliseconds`],
    ["Temporal.Now.plainTimeISO", `Temporal.Now.plainTimeISO().toString()`],
    ["Temporal.Now.zonedDateTimeISO", `Temporal.Now.zonedDateTimeISO("UTC").epochNanoseconds`],
    ["File's lastModified", `new File([], "x").lastModified`],
    [
      "Intl.DateTimeFormat, format",
      `new Intl.DateTimeFormat("en", { second: "2-digit", fractionalSecondDigits: 3 }).format()`,
    ],
    [
      "Intl.DateTimeFormat, formatToParts",
      `JSON.stringify(new Intl.DateTimeFormat("en", { second: "2-digit", fractionalSecondDigits: 3 }).formatToParts())`,
    ],
  ];

  /** Reads the clock, works for what takes any machine milliseconds, and reads again. */
  const bothReadings = (isolate: Isolate, clock: string): Promise<[unknown, unknown]> =>
    isolate.evaluate(`{
      const read = () => ${clock};
      const first = read();
      let spun = 0;
      for (let i = 0; i < 3e7; i++) spun = (spun + i * 7) | 0;
      [first, read()];
    }`);

  test.each(clocks)("%s", async (_name, clock) => {
    const live = await sandbox.createIsolate();
    const [liveFirst, liveSecond] = await bothReadings(live, clock);
    expect(liveSecond).not.toBe(liveFirst);
    const frozen = await sandbox.createIsolate({ clock: "frozen" });
    const [first, second] = await bothReadings(frozen, clock);
    expect(second).toBe(first);
  });

  test("optimized loops, getters of the engine's, and microtasks read the same time", async () => {
    const frozen = await sandbox.createIsolate({ clock: "frozen" });
    expect(
      await frozen.evaluate(`
        const start = [Date.now(), performance.now()];
        const moved = () => Date.now() !== start[0] || performance.now() !== start[1];
        let hits = 0;
        for (let i = 0; i < 300_000; i++) if (moved()) hits++;
        structuredClone({ get a() { if (moved()) hits++; return 1; } });
        (async () => { for (let i = 0; i < 1000; i++) { await null; if (moved()) hits++; } return hits; })()`),
    ).toBe(0);
  });

  test("goes on from turn to turn, and never back", async () => {
    const frozen = await sandbox.createIsolate({ clock: "frozen" });
    const stamps = await frozen.evaluate<[number, number][]>(`
      (async () => {
        const stamps = [];
        for (let i = 0; i < 10; i++) {
          stamps.push([Date.now(), performance.now()]);
          await new Promise((done) => setTimeout(done, 2));
        }
        return stamps;
      })()`);
    for (const [index, [wall, monotonic]] of stamps.entries()) {
      if (index === 0) continue;
      const [wallBefore, monotonicBefore] = stamps[index - 1]!;
      expect(monotonic).toBeGreaterThan(monotonicBefore);
      expect(wall).toBeGreaterThanOrEqual(wallBefore);
    }
    expect(Math.abs(stamps.at(-1)![0] - Date.now())).toBeLessThan(60_000);
  });

  test("there is no other counter that runs during a turn", async () => {
    const frozen = await sandbox.createIsolate({ clock: "frozen" });
    expect(
      await frozen.evaluate(`
        const names = [typeof SharedArrayBuffer, typeof Worker, typeof requestAnimationFrame];
        let waited;
        try {
          const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
          waited = Atomics.wait(new Int32Array(memory.buffer), 0, 0, 10);
        } catch (error) { waited = error.name; }
        [...names, waited]`),
    ).toEqual(["undefined", "undefined", "undefined", "TypeError"]);
  });
});
