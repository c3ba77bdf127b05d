import { describe, expect, test } from "bun:test";
import { PostKind, RecordType, Status } from "../../lib/engine/engine.ts";
import { EvaluationError, RequestError, SandboxError } from "../../lib/contract/errors.ts";
import type { Isolate } from "../../lib/api/isolate.ts";
import { fakeSandbox, postedPair, postedValue } from "./fake-engine.ts";
import type { FakeSandbox } from "./fake-engine.ts";

async function isolateOn(): Promise<{ fake: FakeSandbox; isolate: Isolate }> {
  const { sandbox, fake } = fakeSandbox();
  return { fake, isolate: await sandbox.createIsolate() };
}

const errorOf = (promise: Promise<unknown>): Promise<SandboxError> =>
  promise.then(
    () => Promise.reject(new Error("it resolved")),
    (error: SandboxError) => error,
  );

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe("answering the guest's requests", () => {
  test("with what the handler returns or resolves to", async () => {
    const { fake, isolate } = await isolateOn();
    isolate.onRequest("now", (data, { isolate: which, method }) => [data, which === isolate, method]);
    isolate.onRequest("later", async (data) => ({ data }));
    isolate.onRequest("nothing", () => undefined);
    fake.emitPair(RecordType.Request, "now", 1, 0, 41);
    expect(fake.lastPost()).toMatchObject({ kind: PostKind.Response, requestId: 41 });
    expect(postedValue(fake.lastPost())).toEqual([1, true, "now"]);
    fake.emitPair(RecordType.Request, "later", 2, 0, 42);
    await soon();
    expect(fake.lastPost()).toMatchObject({ kind: PostKind.Response, requestId: 42 });
    expect(postedValue(fake.lastPost())).toEqual({ data: 2 });
    fake.emitPair(RecordType.Request, "nothing", 2, 0, 43);
    expect(postedValue(fake.lastPost())).toBeUndefined();
    expect(isolate.stats().requestsPending).toBe(0);
  });

  test("nobody handles it: an error at once, that names the method", async () => {
    const { fake, isolate } = await isolateOn();
    isolate.onRequest("gone", () => 1).offRequest("gone");
    for (const method of ["gone", "constructor", "x".repeat(10_000)]) {
      fake.emitPair(RecordType.Request, method, null, 0, 7);
      expect(fake.lastPost()).toMatchObject({ kind: PostKind.ResponseError, requestId: 7 });
      const error = postedValue(fake.lastPost()) as { name: string; code: string; message: string };
      expect(error).toMatchObject({ name: "Error", code: "ERR_NO_HANDLER" });
      expect(error.message).toContain(method.slice(0, 100));
      expect(error.message.length).toBeLessThan(200);
    }
  });

  test.each([
    ["an Error", new TypeError("bad"), { name: "TypeError", message: "bad" }],
    ["an error with a code", Object.assign(new Error("no"), { code: "ENOENT" }), { message: "no", code: "ENOENT" }],
    ["a numeric code", Object.assign(new Error("no"), { code: 404 }), { code: 404 }],
    ["null", null, { name: "Error", message: "null" }],
    ["undefined", undefined, { name: "Error", message: "undefined" }],
    ["a string", "text", { name: "Error", message: "text" }],
    ["a symbol", Symbol("s"), { name: "Error", message: "Symbol(s)" }],
    ["a null-prototype object", Object.create(null), { name: "Error" }],
    [
      "an error with a hostile getter",
      Object.defineProperty(new Error("x"), "message", {
        get() {
          throw new Error("y");
        },
      }),
      { name: "Error" },
    ],
    ["lone surrogates", new Error("\ud800"), { message: "\ud800" }],
  ])("a handler that throws %s", async (_what, thrown, expected) => {
    const { fake, isolate } = await isolateOn();
    isolate.onRequest("sync", () => {
      throw thrown;
    });
    isolate.onRequest("async", () => Promise.reject(thrown));
    for (const method of ["sync", "async"]) {
      fake.emitPair(RecordType.Request, method, null, 0, 3);
      await soon();
      const post = fake.posts.pop()!;
      expect(post).toMatchObject({ kind: PostKind.ResponseError, requestId: 3 });
      const error = postedValue(post) as object;
      expect(error).toMatchObject(expected);
      expect(Object.keys(error)).not.toContain("stack");
    }
    expect(fake.posts).toEqual([]);
  });

  test("a result that cannot be cloned is a DataCloneError in the guest", async () => {
    const { fake, isolate } = await isolateOn();
    isolate.onRequest("f", () => () => {});
    fake.emitPair(RecordType.Request, "f", null, 0, 9);
    expect(postedValue(fake.lastPost())).toMatchObject({ name: "DataCloneError", code: "ERR_DATA_CLONE" });
    expect(isolate.stats().unheardErrors).toBe(0);
  });

  test("an answer that is too large is an error in the guest, even if the error is too large itself", async () => {
    const { fake, isolate } = await isolateOn();
    isolate.onRequest("big", () => "x");
    const post = fake.post.bind(fake);
    let refusals = 2;
    fake.post = (...args) => (refusals-- > 0 ? Status.TooLarge : post(...args));
    fake.emitPair(RecordType.Request, "big", null, 0, 9);
    expect(postedValue(fake.lastPost())).toMatchObject({ code: "ERR_MESSAGE_TOO_LARGE" });
  });

  test("answers a full mailbox refuses are kept, in order, ahead of later sends", async () => {
    const { fake, isolate } = await isolateOn();
    let drained = 0;
    isolate.onRequest("echo", (data) => data).onSystem("drain", () => drained++);
    fake.status = Status.Full;
    fake.emitPair(RecordType.Request, "echo", 1, 0, 1);
    fake.emitPair(RecordType.Request, "echo", 2, 0, 2);
    fake.status = Status.Ok;
    expect(() => isolate.send("x", 1)).toThrow("is full");
    fake.emitPair(RecordType.Request, "echo", 3, 0, 3);
    expect(fake.posts).toEqual([]);
    fake.status = Status.Full;
    fake.emit(RecordType.Writable);
    expect(drained).toBe(0);
    fake.status = Status.Ok;
    fake.emit(RecordType.Writable);
    expect(fake.posts.map((post) => [post.requestId, postedValue(post)])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(drained).toBe(1);
    isolate.send("x", 1);
  });

  test("the signal aborts when the guest gives up or the isolate ends, and no answer follows", async () => {
    const { fake, isolate } = await isolateOn();
    const signals: AbortSignal[] = [];
    isolate.onRequest("wait", async (_data, { signal }) => {
      signals.push(signal);
      await soon();
    });
    let lateSignal: (() => AbortSignal) | undefined;
    isolate.onRequest("lazy", (_data, context) => {
      lateSignal = () => context.signal;
      return new Promise(() => {});
    });
    for (const [id, method] of ["wait", "wait", "lazy"].entries()) {
      fake.emitPair(RecordType.Request, method, null, 0, id + 1);
    }
    fake.emit(RecordType.RequestAborted, 0, 1);
    fake.emit(RecordType.RequestAborted, 0, 99);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(isolate.stats().requestsPending).toBe(2);
    isolate.destroy();
    expect(signals.map(({ reason }) => (reason as SandboxError).code)).toEqual([
      "ERR_ABORTED",
      "ERR_ISOLATE_DESTROYED",
    ]);
    expect(lateSignal!().aborted).toBe(true);
    await soon();
    await soon();
    expect(fake.posts).toEqual([]);
  });

  test("a malformed request is refused at once", async () => {
    const { fake } = await isolateOn();
    fake.emitRaw(RecordType.Request, 0, new Uint8Array([1, 2, 3]), 8);
    expect(fake.lastPost()).toMatchObject({ kind: PostKind.ResponseError, requestId: 8 });
    expect(postedValue(fake.lastPost())).toMatchObject({ code: "ERR_MALFORMED_MESSAGE" });
  });
});

describe("waiting for the guest", () => {
  test("evaluate and request resolve with the answer of their number, in any order", async () => {
    const { fake, isolate } = await isolateOn();
    const calls = [isolate.evaluate<number>("1"), isolate.request("m", { a: 1 }), isolate.evaluate("2")];
    expect(fake.posts.map(({ kind }) => kind)).toEqual([PostKind.Evaluate, PostKind.Request, PostKind.Evaluate]);
    expect(postedPair(fake.posts[1]!)).toEqual(["m", { a: 1 }]);
    const ids = fake.posts.map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(3);
    expect(isolate.stats().callsPending).toBe(3);
    fake.emit(RecordType.Reply, 0, ids[2], "third");
    fake.emit(RecordType.Reply, 0, ids[0], "first");
    fake.emit(RecordType.Reply, 0, ids[1], "second");
    fake.emit(RecordType.Reply, 0, 12345, "nobody's");
    expect(await Promise.all(calls)).toEqual(["first", "second", "third"]);
  });

  test("the guest's errors keep what is known of them", async () => {
    const { fake, isolate } = await isolateOn();
    const guest = { name: "RangeError", message: "oops", stack: "at x.js", filename: "x.js", lineno: 3, colno: 5 };
    const evaluation = errorOf(isolate.evaluate("x", { filename: "x.js" }));
    fake.emit(RecordType.ReplyError, 0, fake.lastPost().requestId, guest);
    expect(await evaluation).toBeInstanceOf(EvaluationError);
    expect(await evaluation).toMatchObject({ code: "ERR_EVALUATION", guest });
    expect((await evaluation).message).toContain("RangeError: oops");
    const request = errorOf(isolate.request("m"));
    fake.emit(RecordType.ReplyError, 0, fake.lastPost().requestId, { ...guest, code: "ERR_NO_HANDLER" });
    expect(await request).toBeInstanceOf(RequestError);
    expect(await request).toMatchObject({ code: "ERR_REQUEST", guest: { code: "ERR_NO_HANDLER" } });
  });

  test("a limit that ended the work is a TerminatedError", async () => {
    const { fake, isolate } = await isolateOn();
    const call = errorOf(isolate.evaluate("x"));
    const reply = { name: "Error", message: "", terminated: "wall_limit_exceeded", limitMs: 5, usedMs: 6 };
    fake.emit(RecordType.ReplyError, 0, fake.lastPost().requestId, reply);
    expect(await call).toMatchObject({ code: "ERR_TERMINATED", reason: "wall_limit_exceeded", limit: 5, used: 6 });
  });

  test("timeoutMs ends the wait and tells the engine; a late answer is ignored", async () => {
    const { fake, isolate } = await isolateOn();
    const error = await errorOf(isolate.evaluate("x", { timeoutMs: 5 }));
    expect(error).toMatchObject({ code: "ERR_TIMEOUT", timeoutMs: 5 });
    const { requestId } = fake.lastPost();
    expect(fake.cancelled).toEqual([requestId]);
    fake.emit(RecordType.Reply, 0, requestId, 1);
    expect(isolate.destroyed).toBe(false);
    expect(isolate.stats().callsPending).toBe(0);
  });

  test("an answer in time disarms the timeout and lets go of the signal", async () => {
    const { fake, isolate } = await isolateOn();
    const controller = new AbortController();
    const call = isolate.evaluate("x", { timeoutMs: 10, signal: controller.signal });
    fake.emit(RecordType.Reply, 0, fake.lastPost().requestId, 1);
    expect(await call).toBe(1);
    await Bun.sleep(20);
    controller.abort();
    expect(fake.cancelled).toEqual([]);
  });

  test("signal ends the wait with its reason as cause", async () => {
    const { fake, isolate } = await isolateOn();
    const controller = new AbortController();
    const call = errorOf(isolate.request("m", 1, { signal: controller.signal }));
    controller.abort("enough");
    expect(await call).toMatchObject({ code: "ERR_ABORTED", name: "AbortError", cause: "enough" });
    expect(fake.cancelled).toEqual([fake.lastPost().requestId]);
    const count = fake.posts.length;
    expect(await errorOf(isolate.evaluate("1", { signal: controller.signal }))).toMatchObject({ code: "ERR_ABORTED" });
    expect(fake.posts.length).toBe(count);
  });

  test("whatever is wrong rejects, and nothing is left waiting", async () => {
    const { fake, isolate } = await isolateOn();
    const codes = [
      isolate.evaluate(5 as unknown as string),
      isolate.evaluate("1", { timeoutMs: -1 }),
      isolate.evaluate("1", { signal: {} as AbortSignal }),
      isolate.evaluate("1", null as unknown as object),
      isolate.request(5 as unknown as string),
      isolate.request("m", () => {}),
    ].map(async (call) => (await errorOf(call)).code);
    expect(await Promise.all(codes)).toEqual([
      "ERR_ARGUMENT",
      "ERR_OPTION",
      "ERR_OPTION",
      "ERR_ARGUMENT",
      "ERR_ARGUMENT",
      "ERR_DATA_CLONE",
    ]);
    fake.status = Status.Full;
    expect(await errorOf(isolate.evaluate("1"))).toMatchObject({ code: "ERR_BACKPRESSURE" });
    expect(isolate.stats().callsPending).toBe(0);
    expect(fake.posts).toEqual([]);
  });

  test("a malformed answer rejects the call", async () => {
    const { fake, isolate } = await isolateOn();
    const call = errorOf(isolate.evaluate("1"));
    fake.emitRaw(RecordType.Reply, 0, new Uint8Array([9, 9]), fake.lastPost().requestId);
    expect(await call).toMatchObject({ code: "ERR_MALFORMED_MESSAGE" });
  });
});
