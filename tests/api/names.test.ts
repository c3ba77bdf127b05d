import { afterAll, describe, expect, test } from "bun:test";
import { OptionError, V8Sandbox } from "../../lib/index.ts";
import { next, nextSystem, rejection, thrown } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

test("an isolate has the name and the data it was created with", async () => {
  const data = { plan: "free", self: () => {} };
  const worker = await sandbox.createIsolate({ name: 'tenant "7"', data, cpuMs: 50 });
  expect([worker.name, worker.data === data]).toEqual(['tenant "7"', true]);
  expect(String(worker)).toBe(`Isolate #${worker.id} "tenant \\"7\\""`);
  expect(worker.stats().name).toBe('tenant "7"');
  worker.destroy();
  expect([worker.name, worker.data === data, worker.stats().name]).toEqual(['tenant "7"', true, 'tenant "7"']);
  const other = await sandbox.createIsolate();
  expect([other.name, other.data, String(other)]).toEqual([undefined, undefined, `Isolate #${other.id}`]);
  expect("name" in other.stats()).toBe(false);
});

test("the guest learns neither", async () => {
  const worker = await sandbox.createIsolate({ name: "SECRET-NAME", data: "SECRET-DATA" });
  const script = "JSON.stringify(Object.getOwnPropertyNames(globalThis).map((name) => String(globalThis[name])))";
  expect(await worker.evaluate(script)).not.toContain("SECRET");
});

test("handlers know it by their context", async () => {
  const worker = await sandbox.createIsolate({ name: "a", data: 1 });
  const seen: unknown[] = [];
  const note = (_: unknown, { isolate }: { isolate: { name: string | undefined; data: unknown } }): void =>
    void seen.push([isolate.name, isolate.data]);
  worker.on("event", note).onConsole(note).onSystem("destroyed", note).onRequest("method", note);
  worker.expose("tools", { f: (ctx: Parameters<typeof note>[1]) => note(null, ctx) });
  await worker.evaluate("NETWORK.send('event'); console.log(1); await NETWORK.request('method'); await tools.f()");
  const ended = nextSystem(worker, "destroyed");
  worker.destroy();
  await ended;
  expect(seen).toEqual(Array.from({ length: 5 }, () => ["a", 1]));
});

describe("errors say whose they are", () => {
  test("of calls", async () => {
    const worker = await sandbox.createIsolate({ name: "calls" });
    const named = { isolateName: "calls" };
    expect(await rejection(worker.evaluate("throw 1"))).toMatchObject({ code: "ERR_EVALUATION", ...named });
    expect(await rejection(worker.request("nobody"))).toMatchObject({ code: "ERR_REQUEST", ...named });
    expect(await rejection(worker.evaluate("while (1);", { timeoutMs: 20 }))).toMatchObject({
      code: "ERR_TIMEOUT",
      ...named,
    });
    const unnamed = await sandbox.createIsolate();
    expect("isolateName" in (await rejection(unnamed.evaluate("throw 1")))).toBe(false);
  });

  test("of isolates that are full, or have ended", async () => {
    const worker = await sandbox.createIsolate({ name: "ends", cpuMs: 20, messageBytesMax: 2000 });
    const label = `Isolate #${worker.id} "ends"`;
    expect(thrown(() => worker.send("x", "x".repeat(3000))).message).toContain(label);
    const terminated = await rejection(worker.evaluate("while (1);"));
    expect(terminated).toMatchObject({ code: "ERR_TERMINATED", isolateName: "ends", reason: "cpu_limit_exceeded" });
    expect(terminated.message).toContain(label);
    const destroyed = thrown(() => worker.send("x"));
    expect(destroyed).toMatchObject({ code: "ERR_ISOLATE_DESTROYED", isolateName: "ends" });
    expect(destroyed.message).toContain(label);
  });
});

test.each<[unknown]>([[""], [1], [null], ["x".repeat(201)], [{}]])("%p is no name", async (name) => {
  const error = await rejection(sandbox.createIsolate({ name: name as string }));
  expect(error).toBeInstanceOf(OptionError);
  expect(error).toMatchObject({ code: "ERR_OPTION", option: "name" });
});

test("a sandbox has no name, and gives none", () => {
  expect(thrown(() => new V8Sandbox({ name: "a" } as {}))).toMatchObject({ code: "ERR_OPTION", option: "name" });
});

test("isolates() are those that live, in their order", async () => {
  using own = new V8Sandbox();
  expect(own.isolates()).toEqual([]);
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => own.createIsolate({ name, cpuMs: 20 })));
  expect(own.isolates()).toEqual([a!, b!, c!]);
  expect(own.isolates()[1] === b).toBe(true);
  b!.destroy();
  expect(own.isolates().map(({ name }) => name)).toEqual(["a", "c"]);
  const ended = nextSystem(c!, "terminated");
  c!.execute("while (1);");
  expect((await ended).reason).toBe("cpu_limit_exceeded");
  expect(own.isolates().map(({ name }) => name)).toEqual(["a"]);
  const made = own.createIsolate({ name: "d" });
  expect(own.isolates().length).toBe(1);
  await made;
  expect(own.isolates().length).toBe(2);
  own.shutdown();
  expect(own.isolates()).toEqual([]);
});

test("next to each other, names need not differ", async () => {
  const [one, other] = [await sandbox.createIsolate({ name: "x" }), await sandbox.createIsolate({ name: "x" })];
  const got = next(one, "who");
  one.execute("NETWORK.send('who', 1)");
  expect(await got).toBe(1);
  expect(one.id).not.toBe(other.id);
});
