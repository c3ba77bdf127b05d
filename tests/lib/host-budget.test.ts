// What the host keeps on a guest's behalf is one count, which comes back to nothing.
import { describe, expect, test } from "bun:test";
import { PostKind, RecordType, Status } from "../../lib/engine/engine.ts";
import type { Isolate } from "../../lib/index.ts";
import { fakeSandbox, postedValue } from "./fake-engine.ts";
import type { FakeSandbox } from "./fake-engine.ts";

const BUDGET = 100_000;

async function isolateOn(): Promise<{ fake: FakeSandbox; isolate: Isolate; kept: () => number }> {
  const { sandbox, fake } = fakeSandbox();
  const isolate = await sandbox.createIsolate({ hostBytesMax: BUDGET });
  return { fake, isolate, kept: () => isolate.stats().hostBytes };
}

/** The codes of the errors that the guest was answered with. */
function refusals(fake: FakeSandbox): unknown[] {
  const errors = fake.posts.filter(({ kind }) => kind === PostKind.ResponseError);
  return errors.map((post) => (postedValue(post) as { code: string }).code);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("requests that a handler is at work on", () => {
  test("count with their data, until it has come to something", async () => {
    const { fake, isolate, kept } = await isolateOn();
    const handlers: PromiseWithResolvers<number>[] = [];
    isolate.onRequest("slow", () => {
      handlers.push(Promise.withResolvers());
      return handlers.at(-1)!.promise;
    });
    fake.emitPair(RecordType.Request, "slow", "x".repeat(60_000), 0, 1);
    expect(kept()).toBeWithin(60_000, 62_000);
    fake.emitPair(RecordType.Request, "slow", "x".repeat(60_000), 0, 2);
    expect([handlers.length, refusals(fake)]).toEqual([1, ["ERR_LIMIT"]]);
    fake.emitPair(RecordType.Request, "slow", "x".repeat(20_000), 0, 3);
    handlers[0]!.resolve(1);
    handlers[1]!.reject(new Error("failed"));
    await turn();
    expect([handlers.length, kept()]).toEqual([2, 0]);
  });

  test("count although the guest has given them up", async () => {
    const { fake, isolate, kept } = await isolateOn();
    const { promise, resolve } = Promise.withResolvers();
    isolate.onRequest("slow", () => promise);
    fake.emitPair(RecordType.Request, "slow", "x".repeat(60_000), 0, 1);
    fake.emit(RecordType.RequestAborted, 0, 1);
    expect([isolate.stats().requestsPending, kept() > 60_000]).toEqual([0, true]);
    resolve(1);
    await turn();
    expect(kept()).toBe(0);
  });

  test("count as what their data takes in memory", async () => {
    const { fake, isolate } = await isolateOn();
    let asked = 0;
    isolate.onRequest("slow", () => (asked++, new Promise(() => {})));
    const objects = Array.from({ length: 700 }, () => ({}));
    fake.emitPair(RecordType.Request, "slow", objects, 0, 1);
    fake.emitPair(RecordType.Request, "slow", objects, 0, 2);
    expect([asked, refusals(fake)]).toEqual([1, ["ERR_LIMIT"]]);
  });

  test("one is taken, whatever its size, and answers at once keep nothing", async () => {
    const { fake, isolate, kept } = await isolateOn();
    isolate.onRequest("quick", (data: string) => data.length);
    fake.emitPair(RecordType.Request, "quick", "x".repeat(300_000), 0, 1);
    fake.emitPair(RecordType.Request, "quick", "x".repeat(300_000), 0, 2);
    expect([fake.posts.length, refusals(fake), kept()]).toEqual([2, [], 0]);
  });
});

describe("answers that a full mailbox has no room for", () => {
  test("wait within the budget, then are errors, which always wait", async () => {
    const { fake, isolate, kept } = await isolateOn();
    let drained = 0;
    isolate.onRequest("file", () => new Uint8Array(30_000)).onSystem("drain", () => drained++);
    fake.status = Status.Full;
    for (let id = 1; id <= 5; id++) fake.emitPair(RecordType.Request, "file", 1, 0, id);
    expect(kept()).toBeWithin(90_000, 93_000);
    fake.emit(RecordType.Writable);
    expect([fake.posts.length, drained]).toEqual([0, 0]);
    fake.status = Status.Ok;
    fake.emit(RecordType.Writable);
    while (drained === 0) await turn();
    expect(fake.posts.map(({ requestId }) => requestId)).toEqual([1, 2, 3, 4, 5]);
    expect([refusals(fake), drained, kept()]).toEqual([["ERR_LIMIT", "ERR_LIMIT"], 1, 0]);
  });

  test("are dropped at the isolate's end", async () => {
    const { fake, isolate, kept } = await isolateOn();
    isolate.onRequest("file", () => new Uint8Array(30_000));
    fake.status = Status.Full;
    fake.emitPair(RecordType.Request, "file", 1, 0, 1);
    isolate.destroy();
    expect(kept()).toBe(0);
  });
});

describe("bodies of responses", () => {
  test("count until they are read to their end or cancelled", async () => {
    const { fake, isolate, kept } = await isolateOn();
    const endless = (): Response =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(10)) }));
    isolate.onRequest("fetch", endless);
    fake.emitPair(RecordType.Request, "fetch", {}, 0, 1);
    while (fake.posts.length < 1) await turn();
    expect(kept()).toBeGreaterThan(50_000);
    fake.emitPair(RecordType.Request, "fetch", {}, 0, 2);
    while (fake.posts.length < 2) await turn();
    expect(refusals(fake)).toEqual(["ERR_LIMIT"]);
    fake.emitPair(RecordType.Request, "__body.cancel", 1, 0, 3);
    while (fake.posts.length < 3) await turn();
    expect(kept()).toBe(0);
  });
});
