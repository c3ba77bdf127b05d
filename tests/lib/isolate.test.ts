import { describe, expect, test } from "bun:test";
import { PostKind, RecordType, Status } from "../../lib/engine/engine.ts";
import { SandboxError } from "../../lib/contract/errors.ts";
import type { Isolate } from "../../lib/api/isolate.ts";
import { fakeSandbox, postedPair } from "./fake-engine.ts";
import type { FakeSandbox } from "./fake-engine.ts";
import type { V8Sandbox } from "../../lib/api/sandbox.ts";

async function isolateOn(): Promise<{ sandbox: V8Sandbox; fake: FakeSandbox; isolate: Isolate }> {
  const { sandbox, fake } = fakeSandbox();
  return { sandbox, fake, isolate: await sandbox.createIsolate() };
}

function errorOf(action: () => unknown): SandboxError {
  try {
    action();
  } catch (error) {
    if (error instanceof SandboxError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("an isolate", () => {
  test("has a number from 0 and a name", async () => {
    const { sandbox, isolate } = await isolateOn();
    expect([isolate.id, `${isolate}`, isolate.destroyed]).toEqual([0, "Isolate #0", false]);
    expect(String(await sandbox.createIsolate())).toBe("Isolate #1");
    expect(sandbox.isolateCount()).toBe(2);
  });

  test("posts scripts and messages in the order of the calls", async () => {
    const { fake, isolate } = await isolateOn();
    isolate.execute("1");
    isolate.send("a", { n: 1 });
    isolate.execute("2", { filename: "two.js" });
    isolate.send("b");
    expect(fake.posts.map(({ kind }) => kind)).toEqual([
      PostKind.Execute,
      PostKind.Message,
      PostKind.Execute,
      PostKind.Message,
    ]);
    expect(postedPair(fake.posts[1]!)).toEqual(["a", { n: 1 }]);
    expect(postedPair(fake.posts[3]!)).toEqual(["b", undefined]);
  });

  test("chains", async () => {
    const { isolate } = await isolateOn();
    const handler = (): void => {};
    const chained = isolate
      .on("a", handler)
      .once("b", handler)
      .off("a", handler)
      .onRequest("m", handler)
      .offRequest("m")
      .onSystem("destroyed", handler)
      .offSystem("destroyed", handler)
      .onConsole(handler)
      .offConsole(handler)
      .unref()
      .ref();
    expect(chained).toBe(isolate);
  });

  test("calls handlers in order, with data and context, and removes them", async () => {
    const { fake, isolate } = await isolateOn();
    const log: unknown[] = [];
    const first = (data: unknown): unknown => log.push(["first", data]);
    isolate.on("x", first).on("x", first);
    isolate.on("x", (_data, context) => log.push([context.event, context.isolate === isolate]));
    isolate.once("x", () => log.push("once"));
    fake.emitPair(RecordType.Message, "x", 1);
    expect(log.splice(0)).toEqual([["first", 1], ["first", 1], ["x", true], "once"]);
    isolate.off("x", first);
    isolate.off("x", () => {});
    fake.emitPair(RecordType.Message, "x", 2);
    expect(log.splice(0)).toEqual([
      ["first", 2],
      ["x", true],
    ]);
    isolate.off("x", first);
    fake.emitPair(RecordType.Message, "x", 3);
    expect(log).toEqual([["x", true]]);
  });

  test("handlers added or removed by a handler count from the next message", async () => {
    const { fake, isolate } = await isolateOn();
    const log: string[] = [];
    const late = (): unknown => log.push("late");
    isolate.on("x", () => {
      log.push("adder");
      isolate.off("x", removed).on("x", late);
    });
    const removed = (): unknown => log.push("removed");
    isolate.on("x", removed);
    fake.emitPair(RecordType.Message, "x", 0);
    expect(log.splice(0)).toEqual(["adder", "removed"]);
    fake.emitPair(RecordType.Message, "x", 0);
    expect(log).toEqual(["adder", "late"]);
  });

  test("messages nobody listens to are counted, also under names of Object.prototype", async () => {
    const { fake, isolate } = await isolateOn();
    for (const name of ["nobody", "toString", "__proto__", "destroyed", "error", ""]) {
      fake.emitPair(RecordType.Message, name, {});
    }
    expect(isolate.stats().droppedOut).toBe(6);
  });

  test("system events cannot be forged by messages", async () => {
    const { fake, isolate } = await isolateOn();
    let called = 0;
    isolate.onSystem("destroyed", () => called++).onSystem("terminated", () => called++);
    fake.emitPair(RecordType.Message, "destroyed", { reason: "forged" });
    fake.emitPair(RecordType.Message, "terminated", { reason: "forged" });
    expect([called, isolate.destroyed]).toEqual([0, false]);
  });

  test("tells guest errors, or counts them", async () => {
    const { fake, isolate } = await isolateOn();
    const error = { name: "TypeError", message: "m", stack: "s", filename: "f.js", lineno: 2, colno: 3 };
    fake.emit(RecordType.Error, 0, 0, error);
    expect(isolate.stats().unheardErrors).toBe(1);
    const seen: unknown[] = [];
    isolate.onSystem("error", (data, context) => seen.push([context.event, data]));
    isolate.onSystem("unhandledrejection", (data, context) => seen.push([context.event, data]));
    fake.emit(RecordType.Error, 0, 0, error);
    fake.emit(RecordType.Rejection, 0, 0, { name: 5, message: "r", lineno: "x" });
    expect(seen).toEqual([
      ["error", error],
      ["unhandledrejection", { name: "Error", message: "r" }],
    ]);
  });

  test("a malformed message is an error event and a counter, nothing else", async () => {
    const { fake, isolate } = await isolateOn();
    const seen: unknown[] = [];
    isolate.onSystem("error", ({ name, code }) => seen.push([name, code]));
    fake.emitRaw(RecordType.Message, 0, new Uint8Array([0xff, 0x10, 0x99]));
    expect(seen).toEqual([["DecodeError", "ERR_MALFORMED_MESSAGE"]]);
    expect(isolate.stats().malformed).toBe(1);
  });

  test("the console is asked for while somebody listens", async () => {
    const { fake, isolate } = await isolateOn();
    const seen: unknown[] = [];
    const handler = (entry: unknown): unknown => seen.push(entry);
    isolate.onConsole(handler).onConsole(() => {});
    expect(fake.posts.map(({ kind, requestId }) => [kind, requestId])).toEqual([[PostKind.Console, 1]]);
    fake.emitPair(RecordType.Console, "warn", ["a", 1]);
    fake.emitPair(RecordType.Console, "timeLog", "not an array");
    expect(seen).toEqual([
      { level: "warn", args: ["a", 1] },
      { level: "log", args: ["not an array"] },
    ]);
  });

  test("switches the console off with the last handler", async () => {
    const { fake, isolate } = await isolateOn();
    const handler = (): void => {};
    isolate.onConsole(handler).offConsole(handler).offConsole(handler);
    expect(fake.posts.map(({ requestId }) => requestId)).toEqual([1, 0]);
  });

  test("refuses what is not a script, an event, a handler or a system event", async () => {
    const { isolate } = await isolateOn();
    const wrong = isolate as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const [method, ...args] of [
      ["execute", 5],
      ["execute"],
      ["execute", "1", null],
      ["send", Symbol("x"), 1],
      ["on", 5, () => {}],
      ["on", "x", null],
      ["once", "x", {}],
      ["off", "x"],
      ["onRequest", "m", "handler"],
      ["onRequest", undefined, () => {}],
      ["onSystem", "exploded", () => {}],
      ["onSystem", "toString", () => {}],
      ["onSystem", "destroyed", 1],
      ["onConsole", {}],
    ] as [string, ...unknown[]][]) {
      const error = errorOf(() => wrong[method]!(...args));
      expect(error.code).toBe("ERR_ARGUMENT");
      expect(error.message).toContain(`${method}()`);
    }
  });

  test("send refuses what cannot be cloned, and posts nothing", async () => {
    const { fake, isolate } = await isolateOn();
    expect(errorOf(() => isolate.send("x", () => {})).code).toBe("ERR_DATA_CLONE");
    expect(errorOf(() => isolate.send("x", { s: Symbol("y") })).code).toBe("ERR_DATA_CLONE");
    expect(fake.posts).toEqual([]);
  });

  test("a getter may send while its object is being sent", async () => {
    const { fake, isolate } = await isolateOn();
    isolate.send("outer", {
      a: "x".repeat(50),
      get b() {
        isolate.send("inner", { c: "y".repeat(50) });
        return 1;
      },
    });
    expect(fake.posts.map(postedPair)).toEqual([
      ["inner", { c: "y".repeat(50) }],
      ["outer", { a: "x".repeat(50), b: 1 }],
    ]);
  });

  test("a full mailbox throws, and drain tells when to go on", async () => {
    const { fake, isolate } = await isolateOn();
    let drained = 0;
    isolate.onSystem("drain", () => drained++);
    fake.status = Status.Full;
    expect(errorOf(() => isolate.send("x", 1)).code).toBe("ERR_BACKPRESSURE");
    expect(errorOf(() => isolate.execute("1")).code).toBe("ERR_BACKPRESSURE");
    fake.status = Status.TooLarge;
    expect(errorOf(() => isolate.send("x", 1)).code).toBe("ERR_MESSAGE_TOO_LARGE");
    fake.status = Status.Argument;
    expect(errorOf(() => isolate.send("x", 1)).code).toBe("ERR_ENGINE");
    fake.status = Status.Ok;
    fake.emit(RecordType.Writable);
    expect(drained).toBe(1);
    isolate.send("x", 1);
  });

  test("a message that can never fit is too large, not backpressure", async () => {
    const { sandbox, fake } = fakeSandbox({ mailboxBytesMax: 2048 });
    const isolate = await sandbox.createIsolate();
    fake.status = Status.Full;
    expect(errorOf(() => isolate.send("x", "y".repeat(5000))).code).toBe("ERR_MESSAGE_TOO_LARGE");
  });
});

describe("the end of an isolate", () => {
  test("destroy: at once for the host, destroyed follows, exactly once and last", async () => {
    const { sandbox, fake, isolate } = await isolateOn();
    const log: unknown[] = [];
    isolate.on("x", () => log.push("message")).onSystem("error", () => log.push("error"));
    isolate.onSystem("destroyed", (data, { isolate: which }) => log.push([data, which === isolate]));
    isolate.destroy();
    isolate.destroy();
    expect([isolate.destroyed, sandbox.isolateCount(), fake.destroyed]).toEqual([true, 0, [0]]);
    fake.emitPair(RecordType.Message, "x", 1);
    fake.emit(RecordType.Error, 0, 0, { name: "E", message: "" });
    expect(log).toEqual([]);
    fake.emit(RecordType.Destroyed, 0, 0, { reason: "destroyed" });
    fake.emit(RecordType.Destroyed, 0, 0, { reason: "destroyed" });
    expect(log).toEqual([[{ reason: "destroyed" }, true]]);
    isolate.destroy();
    expect(isolate.stats()).toMatchObject({ cpuMs: 7, droppedOut: 1, unheardErrors: 1 });
  });

  test("ended by the host, its counters are those of that moment; what waited is dropped", async () => {
    for (const end of ["isolate", "sandbox"] as const) {
      const { sandbox, isolate, fake } = await isolateOn();
      if (end === "isolate") isolate.destroy();
      else sandbox.shutdown();
      const last = isolate.stats();
      expect(last).toMatchObject({ cpuMs: 7, turns: 7, mailboxBytes: 0, outboundBytes: 0 });
      fake.emit(RecordType.Destroyed, 0, 0, { reason: "destroyed", counters: Array(14).fill(9) });
      expect(isolate.stats()).toEqual(last);
    }
  });

  test("ended by a limit, or before the host asked, its counters are those of its last record", async () => {
    const { isolate, fake } = await isolateOn();
    fake.emit(RecordType.Terminated, 0, 0, { reason: "cpu_limit_exceeded" });
    expect(isolate.stats().cpuMs).toBe(7);
    fake.emit(RecordType.Destroyed, 0, 0, { reason: "cpu_limit_exceeded", counters: Array(14).fill(9) });
    expect(isolate.stats()).toMatchObject({ cpuMs: 9, turns: 9 });

    const other = await isolateOn();
    other.fake.isolateStats = () => Status.Stale;
    other.isolate.destroy();
    other.fake.emit(RecordType.Destroyed, 0, 0, { reason: "memory_limit_exceeded", counters: Array(14).fill(9) });
    expect(other.isolate.stats()).toMatchObject({ cpuMs: 9, turns: 9 });
  });

  test("using it afterwards is an error that names it and the reason", async () => {
    const { fake, isolate } = await isolateOn();
    fake.emit(RecordType.Terminated, 0, 0, { reason: "cpu_limit_exceeded", scope: "turn", limitMs: 10, usedMs: 11 });
    expect(isolate.destroyed).toBe(true);
    for (const use of [() => isolate.execute("1"), () => isolate.send("x", 1)]) {
      const error = errorOf(use);
      expect(error).toMatchObject({ code: "ERR_ISOLATE_DESTROYED", isolateId: 0, reason: "cpu_limit_exceeded" });
      expect(error.message).toContain("Isolate #0");
    }
    expect(await isolate.evaluate("1").catch((error: SandboxError) => error.code)).toBe("ERR_ISOLATE_DESTROYED");
    expect(await isolate.request("m").catch((error: SandboxError) => error.code)).toBe("ERR_ISOLATE_DESTROYED");
    isolate.on("x", () => {}).onConsole(() => {});
  });

  test("terminated, then destroyed", async () => {
    const { fake, isolate } = await isolateOn();
    const log: unknown[] = [];
    isolate.onSystem("terminated", (data) => log.push(data, isolate.destroyed));
    isolate.onSystem("destroyed", ({ reason }) => log.push(reason));
    const calls = [isolate.evaluate("1"), isolate.request("m")].map((call) => call.catch((error: unknown) => error));
    const termination = { reason: "memory_limit_exceeded", limitMb: 64, usedMb: 65 };
    fake.emit(RecordType.Terminated, 0, 0, termination);
    fake.emit(RecordType.Destroyed, 0, 0, { reason: "memory_limit_exceeded" });
    expect(log).toEqual([termination, true, "memory_limit_exceeded"]);
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: "ERR_TERMINATED", reason: "memory_limit_exceeded", limit: 64, used: 65 });
    }
  });

  test("before the host knows it, execute and send are dropped and calls wait for the news", async () => {
    const { fake, isolate } = await isolateOn();
    fake.status = Status.Stale;
    isolate.execute("1");
    isolate.send("x", 1);
    const call = isolate.evaluate("1").catch((error: SandboxError) => error.code);
    fake.emit(RecordType.Destroyed, 0, 0, { reason: "out_of_memory" });
    expect(await call).toBe("ERR_ISOLATE_DESTROYED");
  });

  test("before it was ready: createIsolate rejects", async () => {
    const { sandbox, fake } = fakeSandbox();
    fake.autoCreate = false;
    const created = sandbox.createIsolate().catch((error: SandboxError) => error.code);
    fake.emit(RecordType.Terminated, 0, 0, { reason: "memory_limit_exceeded" });
    fake.emit(RecordType.Destroyed, 0, 0, { reason: "memory_limit_exceeded" });
    expect(await created).toBe("ERR_TERMINATED");
    expect(sandbox.isolateCount()).toBe(0);
  });

  test("await using waits for the destroyed event", async () => {
    const { fake, sandbox } = await isolateOn();
    const log: string[] = [];
    {
      await using isolate = await sandbox.createIsolate();
      isolate.onSystem("destroyed", () => log.push("destroyed"));
      setTimeout(() => fake.emit(RecordType.Destroyed, 1, 0, { reason: "destroyed" }), 5);
    }
    log.push("after");
    expect(log).toEqual(["destroyed", "after"]);
  });
});

describe("a sandbox", () => {
  test("counts threads and isolates, and knows versions", async () => {
    const { sandbox } = fakeSandbox({ threads: 3 });
    expect(sandbox.threadCount()).toBe(3);
    expect(sandbox.isolateCount()).toBe(0);
    expect(sandbox.versions).toMatchObject({
      v8: "fake",
      abi: 1,
      networkRuntime: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(sandbox.stats()).toMatchObject({ isolates: 5, cpuMs: 5 });
  });

  test("says when no more isolates are possible", async () => {
    const { sandbox, fake } = fakeSandbox();
    fake.createStatus = Status.Limit;
    expect(await sandbox.createIsolate().catch((error: SandboxError) => error.code)).toBe("ERR_LIMIT");
    for (const [status, cause] of [
      [Status.NoMemory, "no memory"],
      [Status.NoThread, "no thread"],
    ] as const) {
      fake.createStatus = status;
      const error = (await sandbox.createIsolate().catch((reason: SandboxError) => reason)) as SandboxError;
      expect(error.code).toBe("ERR_LIMIT");
      expect(error.message).toContain(cause);
    }
    fake.createStatus = Status.Argument;
    expect(await sandbox.createIsolate().catch((error: SandboxError) => error.code)).toBe("ERR_ENGINE");
    expect(sandbox.isolateCount()).toBe(0);
  });

  test("living isolates keep the process alive until their last event, unless unref'd", async () => {
    const { sandbox, fake } = fakeSandbox();
    expect(fake.referenced).toBe(false);
    const first = await sandbox.createIsolate();
    const second = await sandbox.createIsolate();
    expect(fake.referenced).toBe(true);
    first.unref();
    first.unref();
    expect(fake.referenced).toBe(true);
    second.unref();
    expect(fake.referenced).toBe(false);
    second.ref();
    sandbox.unref();
    expect(fake.referenced).toBe(false);
    sandbox.ref();
    expect(fake.referenced).toBe(true);
    second.destroy();
    expect(fake.referenced).toBe(true);
    fake.emit(RecordType.Destroyed, 1, 0, { reason: "destroyed" });
    expect(fake.referenced).toBe(false);
    second.ref();
    expect(fake.referenced).toBe(false);
  });

  test("shutdown: everything is over at once, destroyed events follow once", async () => {
    const { sandbox, fake } = fakeSandbox();
    const log: string[] = [];
    const isolates = [await sandbox.createIsolate(), await sandbox.createIsolate()];
    for (const isolate of isolates) isolate.onSystem("destroyed", ({ reason }) => log.push(`${isolate} ${reason}`));
    const call = isolates[0]!.evaluate("1").catch((error: SandboxError) => error.code);
    fake.autoCreate = false;
    const creation = sandbox.createIsolate().catch((error: SandboxError) => error.code);
    fake.onShutdown = () => fake.emit(RecordType.Destroyed, 0, 0, { reason: "shutdown" });
    sandbox.shutdown();
    sandbox.shutdown();
    expect(log).toEqual([]);
    expect([sandbox.isolateCount(), isolates.map(({ destroyed }) => destroyed)]).toEqual([0, [true, true]]);
    await sandbox[Symbol.asyncDispose]();
    expect(log).toEqual(["Isolate #0 shutdown", "Isolate #1 shutdown"]);
    expect(await Promise.all([call, creation])).toEqual(["ERR_SANDBOX_SHUTDOWN", "ERR_SANDBOX_SHUTDOWN"]);
    expect(await sandbox.createIsolate().catch((error: SandboxError) => error.code)).toBe("ERR_SANDBOX_SHUTDOWN");
    expect(errorOf(() => isolates[0]!.send("x")).code).toBe("ERR_ISOLATE_DESTROYED");
    isolates[0]!.destroy();
    expect(sandbox.stats().isolates).toBe(5);
  });
});
