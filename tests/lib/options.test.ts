import { describe, expect, test } from "bun:test";
import { OptionError } from "../../lib/contract/errors.ts";
import { resolveIsolateOptions, resolveSandboxOptions, resolveTimeout } from "../../lib/contract/options.ts";
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
      requestsMax: 10_000,
      timersMax: 100_000,
      stackKb: 984,
      clock: "live",
      wasm: true,
      codegen: true,
      onFatal: "abort",
    });
    const { sandbox } = resolveSandboxOptions({});
    expect(sandbox.threads).toBe(Math.min(navigator.hardwareConcurrency, 16));
    expect(sandbox).toMatchObject({ isolatesMax: 10_000, outboundBytesTotalMax: 268_435_456, spinUs: 50 });
  });

  test("of the sandbox are the isolates' defaults, which an isolate may override", async () => {
    const { sandbox, fake } = fakeSandbox({ cpuMs: 50, memoryMb: 64, clock: "frozen" });
    await sandbox.createIsolate();
    await sandbox.createIsolate({ cpuMs: 0, wasm: false, memoryMb: undefined });
    expect(fake.limits[0]).toMatchObject({ cpuMs: 50, memoryMb: 64, clock: "frozen", wasm: true });
    expect(fake.limits[1]).toMatchObject({ cpuMs: 0, memoryMb: 64, clock: "frozen", wasm: false });
  });

  test.each<object>([
    { cpuMs: -1 },
    { cpuMs: 0.5 },
    { cpuMs: NaN },
    { cpuMs: Infinity },
    { cpuMs: "100" },
    { wallMs: null },
    { memoryMb: 7 },
    { memoryMb: 2 ** 21 },
    { mailboxBytesMax: 1000 },
    { messageBytesMax: 2 ** 31 },
    { messageBytesMax: 2000.5 },
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
    expect(resolveTimeout(undefined)).toBe(0);
    expect(resolveTimeout(0)).toBe(0);
    expect(resolveTimeout(1500.5)).toBe(1500.5);
    for (const timeoutMs of [-1, NaN, 2 ** 31, 0.1]) {
      expect(thrownBy(() => resolveTimeout(timeoutMs))).toMatchObject({ option: "timeoutMs" });
    }
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
