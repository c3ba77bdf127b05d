import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { run } from "../../lib/run/index.ts";
import type { RunFailure, RunResult, RunSuccess } from "../../lib/run/index.ts";
import { rejection, runHost } from "../api/harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

function good(result: RunResult<any>): RunSuccess<any> {
  if (!result.ok) throw result.error;
  return result;
}

function bad(result: RunResult<any>): RunFailure {
  if (result.ok) throw new Error(`it came to ${Bun.inspect(result.value)}`);
  return result;
}

describe("run", () => {
  test("comes to the value of the last expression, awaited, and tells what it took", async () => {
    const result = good(await run("const a = await Promise.resolve(6); new Map([[a, 7n]])", { sandbox }));
    expect(result).toEqual({
      ok: true,
      value: new Map([[6, 7n]]),
      reason: "completed",
      logs: [],
      logsTruncated: false,
      toolCalls: [],
      toolCallCount: 0,
      cpuMs: expect.any(Number),
      wallMs: expect.any(Number),
      memoryPeakBytes: expect.any(Number),
    });
    expect(result.wallMs).toBeGreaterThan(0);
    expect(result.cpuMs).toBeGreaterThan(0);
    expect(good(await run("", { sandbox })).value).toBeUndefined();
  });

  test("has what it is given, and nothing of other runs", async () => {
    const tools = { add: (a: number, b: number) => a + b, db: { get: async (key: string) => `<${key}>` } };
    const code = "globalThis.seen ??= 0; [await tools.add(n, 1), await tools.db.get('k'), ++seen]";
    for (let n = 0; n < 3; n++) {
      expect(good(await run(code, { tools, args: { n }, sandbox })).value).toEqual([n + 1, "<k>", 1]);
    }
    expect(good(await run("[typeof tools, typeof n]", { sandbox })).value).toEqual(["undefined", "undefined"]);
  });

  test("what the program throws is a result, with its place", async () => {
    const result = bad(
      await run("const a = 1;\nthrow new RangeError('no', { cause: 5 })", { sandbox, filename: "p.js" }),
    );
    expect(result).toMatchObject({
      reason: "threw",
      error: {
        code: "ERR_EVALUATION",
        guest: { name: "RangeError", message: "no", filename: "p.js", lineno: 2, cause: 5 },
      },
    });
    expect(bad(await run("const = 5", { sandbox }))).toMatchObject({
      reason: "threw",
      error: { guest: { name: "SyntaxError", filename: "run.js", lineno: 1 } },
    });
    expect(bad(await run("() => {}", { sandbox }))).toMatchObject({
      reason: "threw",
      error: { guest: { name: "DataCloneError" } },
    });
    expect(bad(await run("Promise.reject(null)", { sandbox }))).toMatchObject({ reason: "threw" });
  });

  test.each<[string, object, string]>([
    ["for (;;);", { cpuMs: 20 }, "cpu_limit_exceeded"],
    [
      "for (let i = 0; ; i++) { await new Promise((go) => setTimeout(go)); for (const end = Date.now() + 5; Date.now() < end; ); }",
      { cpuMs: 50 },
      "cpu_limit_exceeded",
    ],
    ["await new Promise(() => {})", { wallMs: 50 }, "wall_limit_exceeded"],
    ["const a = []; for (;;) a.push(new Array(1000).fill(0))", { memoryMb: 16 }, "memory_limit_exceeded"],
  ])("%s with %p ends by its limit", async (code, limits, reason) => {
    expect(bad(await run(code, { limits, sandbox }))).toMatchObject({ reason, error: { code: "ERR_TERMINATED" } });
  });

  test("is ended for certain: what waits for a tool that never answers, or goes on behind its value", async () => {
    const ended = Promise.withResolvers<string>();
    const hang = (ctx: any) =>
      new Promise(() => ctx.signal.addEventListener("abort", () => ended.resolve(ctx.signal.reason.code)));
    const result = bad(await run("await tools.hang()", { tools: { hang }, limits: { wallMs: 2000 }, sandbox }));
    expect(result.reason).toBe("wall_limit_exceeded");
    expect(result.toolCalls).toMatchObject([{ name: "hang", ok: false, error: { code: "ERR_UNANSWERED" } }]);
    expect(await ended.promise).toBe("ERR_ISOLATE_DESTROYED");
    let calls = 0;
    const tick = () => ++calls;
    expect(good(await run("setInterval(tools.tick); tools.tick(); 'done'", { tools: { tick }, sandbox })).value).toBe(
      "done",
    );
    const before = calls;
    await Bun.sleep(20);
    expect(calls).toBe(before);
  });

  test("memory that it had is told, also when it is gone", async () => {
    const code = "let a = new Uint8Array(24 * 2 ** 20).fill(1); a[5]; a = undefined; 1";
    const large = good(await run(code, { sandbox })).memoryPeakBytes;
    const small = good(await run("1", { sandbox })).memoryPeakBytes;
    expect(large - small).toBeGreaterThan(23 * 2 ** 20);
    expect(large - small).toBeLessThan(26 * 2 ** 20);
    expect(small).toBeLessThan(8 * 2 ** 20);
    const bomb = bad(
      await run("const a = []; for (;;) a.push(new Array(1000).fill(0))", { limits: { memoryMb: 32 }, sandbox }),
    );
    expect(bomb.memoryPeakBytes).toBeGreaterThan(24 * 2 ** 20);
  });

  test("a signal ends it", async () => {
    const controller = new AbortController();
    const tools = { go: () => controller.abort("enough") };
    const result = bad(await run("await tools.go(); for (;;);", { tools, signal: controller.signal, sandbox }));
    expect(result).toMatchObject({ reason: "aborted", error: { code: "ERR_ABORTED", cause: "enough" } });
    expect(bad(await run("1", { signal: AbortSignal.abort("no"), sandbox }))).toMatchObject({
      reason: "aborted",
      wallMs: 0,
      cpuMs: 0,
    });
  });

  test("a sandbox that is shut down is a result, too", async () => {
    const other = new V8Sandbox();
    const running = run("await new Promise(() => {})", { sandbox: other });
    await Bun.sleep(20);
    other.shutdown();
    expect(bad(await running)).toMatchObject({ reason: "shutdown", error: { code: "ERR_SANDBOX_SHUTDOWN" } });
    expect(bad(await run("1", { sandbox: other }))).toMatchObject({ reason: "shutdown" });
  });

  test("many at once, each with its own", async () => {
    const runs = Array.from({ length: 40 }, (_, n) => run("n * 2", { args: { n }, sandbox }));
    expect((await Promise.all(runs)).map((result) => good(result).value)).toEqual(runs.map((_, n) => n * 2));
  });

  test("limits of many kinds leave no more than a few isolates behind", async () => {
    for (let memoryMb = 16; memoryMb < 40; memoryMb++) good(await run("1", { limits: { memoryMb }, sandbox }));
    while (sandbox.isolateCount() > 24) await Bun.sleep(5);
  });
});

describe("the console", () => {
  test("is told in order, as text", async () => {
    const { logs, logsTruncated } = await run("console.log('a', { b: 1 }); console.error(new Error('no').message); 1", {
      sandbox,
    });
    expect(logs).toEqual([
      { level: "log", text: "a { b: 1 }" },
      { level: "error", text: "no" },
    ]);
    expect(logsTruncated).toBe(false);
    expect((await run("console.warn('x'); throw 1", { sandbox })).logs).toEqual([{ level: "warn", text: "x" }]);
  });

  test("is bounded in calls and in text", async () => {
    const many = await run("for (let i = 0; i < 5000; i++) console.log(i)", { limits: { logsMax: 10 }, sandbox });
    expect(many).toMatchObject({ logsTruncated: true });
    expect(many.logs.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
    const long = await run("console.log('x'.repeat(1e6)); console.log('y')", {
      limits: { logLengthMax: 100 },
      sandbox,
    });
    expect(long).toMatchObject({ logs: [{ text: "x".repeat(100) }], logsTruncated: true });
    const flood = bad(await run("for (;;) console.log('x'.repeat(1000))", { limits: { cpuMs: 100 }, sandbox }));
    expect(flood.reason).toBe("cpu_limit_exceeded");
    expect(flood.logs.length).toBeLessThanOrEqual(1000);
    expect(flood.logs.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(65_536);
  });
});

describe("tools", () => {
  test("their calls are told, and what became of them", async () => {
    const tools = {
      good: async (query: { q: string }) => query.q,
      sync: () => 1,
      bad() {
        throw Object.assign(new TypeError("no"), { code: "E_NO" });
      },
      deep: { rejects: () => Promise.reject(null) },
      unclonable: () => () => {},
    };
    const code = `
      await tools.good({ q: "tea" }); await tools.sync(1, [2, "x"]);
      const failures = [];
      for (const call of [tools.bad, tools.deep.rejects, tools.unclonable]) await call().catch(({ name }) => failures.push(name));
      failures`;
    const { value, toolCalls, toolCallCount } = good(await run(code, { tools, sandbox }));
    expect(value).toEqual(["TypeError", "Error", "DataCloneError"]);
    expect(toolCallCount).toBe(5);
    const about = toolCalls.map(
      ({ startMs: _, durationMs, ...rest }) => (expect(durationMs).toBeGreaterThanOrEqual(0), rest),
    );
    expect(about).toEqual([
      { name: "good", input: "{ q: 'tea' }", ok: true },
      { name: "sync", input: "1, [2, 'x']", ok: true },
      { name: "bad", input: "", ok: false, error: { name: "TypeError", message: "no", code: "E_NO" } },
      { name: "deep.rejects", input: "", ok: false, error: { name: "Error", message: expect.any(String) } },
      { name: "unclonable", input: "", ok: true },
    ]);
    expect(toolCalls.map(({ startMs }) => startMs)).toEqual(
      toolCalls.map(({ startMs }) => startMs).toSorted((a, b) => a - b),
    );
  });

  test("get what others get: their object, their arguments, their context", async () => {
    const tools = {
      value: 5 as unknown as () => number,
      own(this: object, a: unknown, b: unknown, ctx: any) {
        return [this === tools, a, b, ctx.name, typeof ctx.signal.aborted];
      },
    };
    Reflect.deleteProperty(tools, "value");
    expect(good(await run("tools.own(1)", { tools, sandbox })).value).toEqual([
      true,
      1,
      undefined,
      "tools.own",
      "boolean",
    ]);
  });

  test("are as many as may be called", async () => {
    let ran = 0;
    const tools = { tick: () => ++ran };
    const code = "for (let i = 0; i < 20; i++) try { await tools.tick() } catch (error) { error.code + i; break }";
    const result = good(
      await run(`${code}; (await tools.tick().catch((e) => e.code))`, { tools, limits: { toolCallsMax: 3 }, sandbox }),
    );
    expect(result).toMatchObject({ value: "ERR_LIMIT", toolCallCount: 3 });
    expect(ran).toBe(3);
  });

  test("what they are given is sketched, whatever it is", async () => {
    const inputs = [
      "'x'.repeat(1e6)",
      "new Array(4294967295)",
      "Object.fromEntries(Array.from({ length: 1000 }, (_, i) => ['k' + i, i]))",
      "2n ** 100000n",
      "{ a: { b: { c: { d: { e: 1 } } } } }",
      "new Map([[1, 2]]), new Set(), new Date(5), new Uint8Array(3), new Error('x'), null, undefined",
      "(() => { const a = {}; a.a = a; return a })()",
    ];
    const code = `for (const call of [${inputs.map((input) => `() => tools.f(${input})`).join(", ")}]) await call()`;
    const { toolCalls } = good(await run(code, { tools: { f: () => 1 }, sandbox }));
    expect(toolCalls).toHaveLength(inputs.length);
    for (const { input } of toolCalls) expect(input.length).toBeLessThanOrEqual(500);
    expect(toolCalls[4]!.input).toBe("{ a: { b: { c: { d: {…} } } } }");
    expect(toolCalls[5]!.input).toBe("[Map of 1], [Set of 0], Date(5), [3 bytes], [Error: x], null, undefined");
  });
});

describe("misuse", () => {
  test.each<[unknown, object, object]>([
    [5, {}, { code: "ERR_ARGUMENT" }],
    ["1", { tool: {} }, { option: "tool" }],
    ["1", { tools: 5 }, { option: "tools" }],
    ["1", { tools: { f: 5 } }, { code: "ERR_ARGUMENT" }],
    ["1", { args: { "a b": 1 } }, { option: "args" }],
    ["1", { args: { a: () => {} } }, { code: "ERR_DATA_CLONE" }],
    ["1", { limits: { cpuMs: -1 } }, { option: "cpuMs" }],
    ["1", { limits: { cpu: 1 } }, { option: "cpu" }],
    ["1", { limits: 5 }, { option: "limits" }],
    ["1", { limits: { data: {} } }, { option: "data" }],
    ["1", { limits: { logsMax: 1.5 } }, { option: "logsMax" }],
    ["1", { signal: 5 }, { option: "signal" }],
    ["1", { language: "python" }, { option: "language" }],
    ["1", { sandbox: {} }, { option: "sandbox" }],
    ["1", { filename: 5 }, { option: "filename" }],
  ])("run(%p, %p) rejects", async (code, options, error) => {
    expect(await rejection(run(code as string, { sandbox, ...options }))).toMatchObject(error);
  });
});

describe("the shared sandbox", () => {
  const entry = JSON.stringify(new URL("../../lib/run/index.ts", import.meta.url).pathname);

  test("is made with the first run, and keeps no process alive", async () => {
    const outcome = await runHost(`
      import { run } from ${entry};
      const { living } = await import(${JSON.stringify(new URL("../../lib/core/living.ts", import.meta.url).pathname)});
      console.log(living.size);
      console.log((await run("await new Promise((go) => setTimeout(go, 50)); 6 * 7")).value, living.size);
      console.log((await run("6 * 8")).value, living.size);`);
    expect(outcome).toEqual({ stdout: "0\n42 1\n48 1\n", stderr: "", exitCode: 0 });
  });

  test("is made anew when somebody shut it down", async () => {
    const outcome = await runHost(`
      import { run } from ${entry};
      console.log((await run("1")).value);
      const running = run("await new Promise(() => {})");
      await Bun.sleep(20);
      V8Sandbox.shutdownAll();
      console.log((await running).reason);
      console.log((await run("2")).value);
      V8Sandbox.shutdownAll();
      console.log((await run("3")).value);`);
    expect(outcome).toEqual({ stdout: "1\nshutdown\n2\n3\n", stderr: "", exitCode: 0 });
  });
});
