import { describe, expect, test } from "bun:test";
import { OptionError } from "../../lib/contract/errors.ts";
import { resolveIsolateOptions, resolveSandboxOptions, resolveTimeout } from "../../lib/contract/options.ts";
import type { Isolate } from "../../lib/index.ts";
import { fetchProxy, webSocketGateway } from "../../lib/net/index.ts";
import { fakeSandbox } from "./fake-engine.ts";

const defaults = resolveSandboxOptions({}).isolate;

describe("options", () => {
  test("have the documented defaults", () => {
    expect(defaults).toEqual({
      cpuMs: 10_000,
      cpuTotalMs: 0,
      cpuShare: 0,
      wallMs: 0,
      memoryMb: 128,
      mailboxBytesMax: 134_217_728,
      outboundBytesMax: 16_777_216,
      messageBytesMax: 67_108_864,
      hostBytesMax: 67_108_864,
      requestsMax: 10_000,
      timersMax: 100_000,
      stackKb: 984,
      clock: { kind: "live" },
      random: undefined,
      timeZone: "UTC",
      locale: "en-US",
      wasm: true,
      codegen: true,
      onFatal: "abort",
    });
    const { sandbox } = resolveSandboxOptions({});
    expect(sandbox.threads).toBe(Math.min(navigator.hardwareConcurrency, 16));
    expect(sandbox).toMatchObject({ isolatesMax: 10_000, outboundBytesTotalMax: 268_435_456, spinUs: 50, hot: "end" });
  });

  test("of the sandbox are the isolates' defaults, which an isolate may override", async () => {
    const { sandbox, fake } = fakeSandbox({ cpuMs: 50, memoryMb: 64, clock: "frozen" });
    await sandbox.createIsolate();
    await sandbox.createIsolate({ cpuMs: 0, wasm: false, memoryMb: undefined });
    expect(fake.limits[0]).toMatchObject({ cpuMs: 50, memoryMb: 64, clock: { kind: "frozen" }, wasm: true });
    expect(fake.limits[1]).toMatchObject({ cpuMs: 0, memoryMb: 64, clock: { kind: "frozen" }, wasm: false });
  });

  test.each<object>([
    { cpuMs: -1 },
    { cpuMs: 0.5 },
    { cpuMs: NaN },
    { cpuMs: Infinity },
    { cpuMs: "100" },
    { wallMs: null },
    { memoryMb: 7 },
    { memoryMb: 8.5 },
    { memoryMb: 2 ** 21 },
    { mailboxBytesMax: 1000 },
    { messageBytesMax: 2 ** 31 },
    { messageBytesMax: 2000.5 },
    { hostBytesMax: 1023 },
    { requestsMax: -3 },
    { timersMax: 1.5 },
    { stackKb: 0 },
    { stackKb: 63 },
    { stackKb: 985 },
    { clock: "slow" },
    { wasm: 1 },
    { codegen: "no" },
    { memory: 128 },
    { toString: 1 },
  ])("out of range: %j", (options) => {
    const [name] = Object.keys(options) as [string];
    for (const resolve of [resolveSandboxOptions, (o: object) => resolveIsolateOptions(o, defaults)]) {
      const error = thrownBy(() => resolve(options as unknown as object));
      expect(error).toBeInstanceOf(OptionError);
      expect(error).toMatchObject({ code: "ERR_OPTION", option: name, name: "OptionError" });
      expect((error as Error).message).toContain(name);
    }
  });

  test.each<object>([
    { threads: 0 },
    { threads: 257 },
    { threads: 1.5 },
    { isolatesMax: 0 },
    { isolatesMax: 100_001 },
    { spinUs: -1 },
    { spinUs: 2000 },
    { hot: true },
  ])("of the sandbox out of range: %j", (options) =>
    expect(thrownBy(() => resolveSandboxOptions(options))).toBeInstanceOf(OptionError),
  );

  test("of the sandbox are refused by createIsolate, with the way out", async () => {
    const { sandbox } = fakeSandbox();
    const error = await sandbox.createIsolate({ threads: 2 } as object).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "threads" });
    expect((error as Error).message).toContain("new V8Sandbox()");
  });

  test("must be an object", async () => {
    for (const options of [null, 5, "threads"]) {
      expect(thrownBy(() => fakeSandbox(options as unknown as object))).toMatchObject({ code: "ERR_ARGUMENT" });
      const { sandbox } = fakeSandbox();
      expect(await sandbox.createIsolate(options as unknown as object).catch((error: unknown) => error)).toMatchObject({
        code: "ERR_ARGUMENT",
      });
    }
  });

  test("timeoutMs is checked too", () => {
    expect(resolveTimeout(undefined, "evaluate()")).toBe(0);
    expect(resolveTimeout(0, "evaluate()")).toBe(0);
    expect(resolveTimeout(1500.5, "evaluate()")).toBe(1500.5);
    for (const timeoutMs of [-1, NaN, 2 ** 31, 0.1]) {
      expect(thrownBy(() => resolveTimeout(timeoutMs, "evaluate()"))).toMatchObject({ option: "timeoutMs" });
    }
  });
});

describe("options that there are not", () => {
  const { sandbox } = fakeSandbox();
  const isolate = sandbox.createIsolate();
  const worker = (): Promise<Isolate> => isolate;
  const any = (options: object): never => options as never;

  test.each<[call: string, option: string, meant: string, action: () => unknown]>([
    ["new V8Sandbox()", "thread", "threads", () => fakeSandbox(any({ thread: 2 }))],
    ["new V8Sandbox()", "memory", "memoryMb", () => fakeSandbox(any({ memory: 64 }))],
    ["createIsolate()", "cpuMS", "cpuMs", () => sandbox.createIsolate(any({ cpuMS: 5 }))],
    ["createIsolate()", "memory_mb", "memoryMb", () => sandbox.createIsolate(any({ memory_mb: 64 }))],
    ["evaluate()", "timeout", "timeoutMs", async () => (await worker()).evaluate("1", any({ timeout: 5 }))],
    ["evaluate()", "fileName", "filename", async () => (await worker()).evaluate("1", any({ fileName: "a.js" }))],
    ["evaluate()", "timeuot", "timeoutMs", async () => (await worker()).evaluate("1", any({ timeuot: 5 }))],
    ["request()", "abortSignal", "signal", async () => (await worker()).request("m", 1, any({ abortSignal: 5 }))],
    ["execute()", "file", "filename", async () => (await worker()).execute("1", any({ file: "a.js" }))],
    ["fetchProxy()", "allowed", "allow", () => fetchProxy(any({ allowed: [] }))],
    ["fetchProxy()", "maxResponseByte", "maxResponseBytes", () => fetchProxy(any({ allow: [], maxResponseByte: 1 }))],
    [
      "webSocketGateway()",
      "maxConnection",
      "maxConnections",
      async () => webSocketGateway(await worker(), any({ allow: [], maxConnection: 5 })),
    ],
  ])("%s: %s, for %s", async (call, option, meant, action) => {
    const error = await rejectedBy(action);
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ code: "ERR_OPTION", option });
    expect((error as Error).message).toStartWith(`${call}: there is no option "${option}"; did you mean ${meant}?`);
  });

  test("nothing near: all there are", async () => {
    const error = await rejectedBy(async () => (await worker()).evaluate("1", any({ xyzzy: 1 })));
    expect((error as Error).message).toBe(
      'evaluate(): there is no option "xyzzy". There are: args, filename, language, sourceMap, lineOffset, ' +
        "columnOffset, functionBody, signal, timeoutMs.",
    );
  });

  test.each<[call: string, option: string, owner: string, action: () => unknown]>([
    ["createIsolate()", "threads", "new V8Sandbox()", () => sandbox.createIsolate(any({ threads: 2 }))],
    ["evaluate()", "cpuMs", "createIsolate()", async () => (await worker()).evaluate("1", any({ cpuMs: 5 }))],
    ["execute()", "timeoutMs", "evaluate()", async () => (await worker()).execute("1", any({ timeoutMs: 5 }))],
    ["request()", "filename", "evaluate()", async () => (await worker()).request("m", 1, any({ filename: "a" }))],
    ["send()", "timeoutMs", "evaluate()", async () => ((await worker()) as any).send("e", 1, { timeoutMs: 5 })],
  ])("%s: %s is one of %s", async (call, option, owner, action) => {
    const error = await rejectedBy(action);
    expect(error).toMatchObject({ code: "ERR_OPTION", option });
    expect((error as Error).message).toBe(`${call}: there is no option "${option}": it is one of ${owner}.`);
  });

  test("calls without options refuse what looks like some", async () => {
    const one: any = await worker();
    const handler = (): void => {};
    const calls: [string, ...unknown[]][] = [
      ["send", "e", 1],
      ["on", "e", handler],
      ["once", "e", handler],
      ["off", "e", handler],
      ["onRequest", "m", handler],
      ["offRequest", "m"],
      ["onSystem", "error", handler],
      ["offSystem", "error", handler],
      ["onConsole", handler],
      ["offConsole", handler],
    ];
    for (const [name, ...args] of calls) {
      const error = await rejectedBy(() => one[name](...args, { once: true }));
      expect(error).toMatchObject({ code: "ERR_OPTION", option: "once" });
      expect((error as Error).message).toBe(`${name}(): there is no option "once". The call takes no options.`);
      // What a loop or an emitter adds is no options.
      for (const extra of [undefined, {}, 5, [5], new Event("x"), { isolate: one, event: "e" }]) {
        expect(() => one[name](...args, extra)).not.toThrow();
      }
    }
  });

  test("inherited ones count, as they are read", async () => {
    const inherited = Object.create({ timeout: 50 }) as object;
    const error = await rejectedBy(async () => (await worker()).evaluate("1", any(inherited)));
    expect(error).toMatchObject({ option: "timeout" });
  });

  test("options must be an object", async () => {
    for (const options of [null, 5, "timeoutMs", () => {}]) {
      for (const call of ["evaluate", "execute"]) {
        const error = await rejectedBy(async () => ((await worker()) as any)[call]("1", options));
        expect(error).toMatchObject({ code: "ERR_ARGUMENT" });
      }
      expect(await rejectedBy(() => fetchProxy(options as never))).toMatchObject({ code: "ERR_ARGUMENT" });
    }
  });
});

const worker = await fakeSandbox().sandbox.createIsolate();
const CALLS: Record<string, (options: object) => unknown> = {
  "evaluate()": (options) => worker.evaluate("1", options),
  "execute()": (options) => worker.execute("1", options),
  "request()": (options) => worker.request("m", 1, options),
  "fetchProxy()": (options) => fetchProxy({ allow: [], ...options }),
  "webSocketGateway()": (options) => webSocketGateway(worker, { allow: [], ...options }),
};

describe("of the wrong type they are errors of the call, not of what comes later", () => {
  test.each<[call: string, option: string, kind: string, values: unknown[]]>([
    ["evaluate()", "filename", "a string", [null, 5, {}]],
    ["evaluate()", "signal", "an AbortSignal", [null, 5, {}, new AbortController()]],
    ["evaluate()", "args", "an object of names and values", [null, 5, [1], new Map([["a", 1]])]],
    ["execute()", "filename", "a string", [null, 5, {}]],
    ["request()", "signal", "an AbortSignal", [null, "x"]],
    ["fetchProxy()", "methods", "a list of strings", [null, "GET", new Set(["GET"])]],
    ["fetchProxy()", "addresses", "a list of strings", [null, "10.0.0.0/8"]],
    ["fetchProxy()", "resolve", "a function", [null, 5, {}]],
    ["fetchProxy()", "onRequest", "a function", [null, "x"]],
    ["fetchProxy()", "log", "a function", [null, console]],
    ["fetchProxy()", "ca", "a string or a list", [null, 5, Buffer.from("x")]],
    ["webSocketGateway()", "onConnect", "a function", [null, 5]],
    ["webSocketGateway()", "log", "a function", [null, 5]],
    ["webSocketGateway()", "ca", "a string or a list", [null, 5]],
    ["webSocketGateway()", "resolve", "a function", [null, 5]],
  ])("%s: %s must be %s", async (call, option, kind, values) => {
    for (const value of values) {
      const error = await rejectedBy(() => CALLS[call]!({ [option]: value }));
      expect(error).toBeInstanceOf(OptionError);
      expect(error).toMatchObject({ code: "ERR_OPTION", option });
      expect((error as Error).message).toStartWith(`${call}: ${option} must be ${kind}, but is `);
    }
  });

  test("an item of a list is told", async () => {
    for (const option of ["methods", "addresses", "ca"]) {
      const error = await rejectedBy(() => fetchProxy({ allow: [], [option]: ["GET", 5] } as never));
      expect((error as Error).message).toMatch(
        new RegExp(`^fetchProxy\\(\\): ${option}\\[1\\] must be a string, but is 5`),
      );
    }
  });

  test("absent ones are none", () => {
    const none = { methods: undefined, addresses: undefined, resolve: undefined, log: undefined, ca: undefined };
    fetchProxy({ allow: [], ...none });
  });

  test("a gateway needs an isolate", async () => {
    for (const isolate of [null, undefined, 5, {}]) {
      const error = await rejectedBy(() => webSocketGateway(isolate as never, { allow: [] }));
      expect(error).toMatchObject({ code: "ERR_ARGUMENT" });
    }
  });

  test("what options are in is no list and no Map, which would hold none", async () => {
    for (const options of [[], [5], new Map([["cpuMs", 5]]), new Set()]) {
      for (const call of [...Object.values(CALLS).slice(0, 3), (given: object) => fakeSandbox(given)]) {
        expect(await rejectedBy(() => call(options))).toMatchObject({ code: "ERR_ARGUMENT" });
      }
    }
  });

  test("a sandbox's onSystem has none either", async () => {
    const { sandbox } = fakeSandbox();
    for (const name of ["onSystem", "offSystem"]) {
      const error = await rejectedBy(() => (sandbox as any)[name]("engine_degraded", () => {}, { once: true }));
      expect(error).toMatchObject({ code: "ERR_OPTION", option: "once" });
    }
  });
});

test("numbers of the network helpers are checked, and the message names the call", () => {
  for (const [name, value] of [
    ["timeoutMs", 2 ** 31],
    ["totalTimeoutMs", 0.5],
    ["maxConcurrent", -1],
    ["maxRequestBytes", "10"],
  ] as const) {
    const error = thrownBy(() => fetchProxy({ allow: [], [name]: value } as never));
    expect(error).toMatchObject({ code: "ERR_OPTION", option: name });
    expect((error as Error).message).toStartWith(`fetchProxy(): ${name} must be an integer of `);
  }
});

/** Whatever a call throws or rejects with. */
async function rejectedBy(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
