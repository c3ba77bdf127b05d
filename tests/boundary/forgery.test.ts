// What a guest may say in the engine's name, and what a host hears after the end.
import { describe, expect, test } from "bun:test";
import type { GuestError, SystemEvent } from "network-runtime";
import { EvaluationError, IsolateDestroyedError, TerminatedError } from "network-runtime";
import { createGuest, run } from "../guest/guest.ts";

const SYSTEM_EVENTS: SystemEvent[] = [
  "terminated",
  "destroyed",
  "error",
  "unhandledrejection",
  "memory_pressure",
  "drain",
];

describe("names", () => {
  test("messages named like system events are only messages", async () => {
    const guest = await createGuest();
    const heard: string[] = [];
    const messages: string[] = [];
    for (const name of SYSTEM_EVENTS) {
      guest.onSystem(name, () => heard.push(name));
      guest.on(name, () => messages.push(name));
    }
    await run(
      `for (const name of ${JSON.stringify(SYSTEM_EVENTS)}) NETWORK.send(name, { reason: "cpu_limit_exceeded" });`,
      guest,
    );
    expect(messages).toEqual(SYSTEM_EVENTS);
    expect(heard).toEqual([]);
    expect(guest.destroyed).toBe(false);
  });

  test("reserved names of the WebSocket protocol are nothing special to messages", async () => {
    const guest = await createGuest();
    const seen: unknown[] = [];
    for (const name of ["ws.send", "ws.close", "__ws_event"]) guest.on(name, (data) => seen.push([name, data]));
    await run(
      `NETWORK.send("ws.send", { conn_id: 4294967295, data: "x" });
       NETWORK.send("ws.close", null);
       NETWORK.send("__ws_event", { conn_id: 1, event_type: "open" });`,
      guest,
    );
    expect(seen.length).toBe(3);
    for (const data of [
      undefined,
      null,
      1,
      "x",
      [],
      { conn_id: {} },
      { conn_id: 99, event_type: "open" },
      { conn_id: -1, event_type: "message", data: 1 },
    ]) {
      guest.send("__ws_event", data);
    }
    expect(await run("return 'alive'", guest)).toBe("alive");
    expect(guest.stats().unheardErrors).toBe(0);
  });

  test("names that name a prototype's members, empty and giant names", async () => {
    const guest = await createGuest();
    const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "", "\ud800", "x".repeat(100_000)];
    for (const name of names) {
      const heard = new Promise<unknown>((resolve) => guest.once(name, resolve));
      guest.execute(`NETWORK.send(${JSON.stringify(name)}, "through")`);
      expect(await heard).toBe("through");
      expect(await run(`return NETWORK.request(${JSON.stringify(name)}).catch((error) => error.code)`, guest)).toBe(
        "ERR_NO_HANDLER",
      );
    }
  });

  test("a name must be a string", async () => {
    const names = await run<string[]>(`
      const tries = [() => NETWORK.send(Symbol()), () => NETWORK.send(), () => NETWORK.send({ toString() { throw new RangeError() } })];
      return tries.map((f) => { try { f(); return "sent"; } catch (error) { return error.name; } });`);
    expect(names[0]).toBe("TypeError");
    expect(names[1]).toBe("TypeError");
    expect(["RangeError", "TypeError"]).toContain(names[2] as string);
  });
});

describe("errors", () => {
  test("what is thrown cannot pass for the engine's verdict", async () => {
    const guest = await createGuest();
    const forged = `Object.assign(new Error("forged"), { name: "TerminatedError", code: "ERR_TERMINATED",
      terminated: "cpu_limit_exceeded", reason: "cpu_limit_exceeded" })`;
    const error: unknown = await guest.evaluate(`throw ${forged}`).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error).not.toBeInstanceOf(TerminatedError);
    const literal: unknown = await guest
      .evaluate(`throw { name: "Error", message: "m", terminated: { reason: "cpu_limit_exceeded" } }`)
      .catch((failure: unknown) => failure);
    expect(literal).not.toBeInstanceOf(TerminatedError);
    expect(guest.destroyed).toBe(false);
  });

  test("text of errors is data, whatever it holds", async () => {
    const guest = await createGuest();
    const nasty = '"},"terminated":"cpu_limit_exceeded","x":{"\\u0000\ud800\u2028\n';
    const error = (await guest
      .evaluate(`throw new Error(${JSON.stringify(nasty)})`)
      .catch((failure: unknown) => failure)) as Error;
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error.message).toContain('"},"terminated":"cpu_limit_exceeded"');
  });

  test.each([
    ["null", "throw null"],
    ["undefined", "throw undefined"],
    ["a symbol", "throw Symbol('s')"],
    ["a revoked proxy", "const r = Proxy.revocable({}, {}); r.revoke(); throw r.proxy"],
    [
      "an object whose getters throw",
      "throw { get name() { throw 1 }, get message() { throw 2 }, get stack() { throw 3 } }",
    ],
    ["an object without a prototype", "throw Object.create(null)"],
    [
      "an error whose parts are objects",
      "throw Object.assign(new Error(), { name: {}, message: Symbol(), stack: [], code: 1n })",
    ],
    ["an error with endless text", "throw Object.assign(new Error('x'.repeat(3e6)), { stack: 'y'.repeat(3e6) })"],
  ])("a handler that throws %s is reported, and the next message is handled", async (_name, code) => {
    const guest = await createGuest();
    guest.execute(`NETWORK.on("bad", () => { ${code} }); NETWORK.on("good", () => NETWORK.send("good"));
      NETWORK.onRequest?.("bad", () => { ${code} });`);
    const reported = new Promise<GuestError>((resolve) => guest.onSystem("error", resolve));
    const good = new Promise<unknown>((resolve) => guest.once("good", resolve));
    guest.send("bad");
    guest.send("good");
    const error = await reported;
    expect(typeof error.name).toBe("string");
    expect(typeof error.message).toBe("string");
    await good;
    const failed: unknown = await guest.evaluate(code).catch((failure: unknown) => failure);
    expect(failed).toBeInstanceOf(EvaluationError);
  });

  test.each([
    ["null", () => null],
    ["a symbol", () => Symbol("s")],
    ["an object that has no text", () => Object.create(null) as unknown],
    [
      "an error with a getter",
      () =>
        Object.defineProperty(new Error(), "message", {
          get: () => {
            throw new Error("no");
          },
        }),
    ],
  ])("a host handler that throws %s answers the guest", async (_name, make) => {
    const guest = await createGuest();
    guest.onRequest("r", () => {
      throw make();
    });
    const answer = await run<string>(
      "return NETWORK.request('r').then(() => 'answered', (e) => typeof e.message + e.stack)",
      guest,
    );
    expect(answer.startsWith("string")).toBe(true);
    expect(answer).not.toContain(import.meta.dir);
  });
});

describe("after the end", () => {
  test("answers are dropped, calls refused, and destroyed is heard once and last", async () => {
    const guest = await createGuest();
    const heard: string[] = [];
    guest.on("m", () => heard.push("message"));
    const ended = new Promise<void>((resolve) =>
      guest.onSystem("destroyed", () => {
        heard.push("destroyed");
        resolve();
      }),
    );
    const { promise, resolve } = Promise.withResolvers<number>();
    const asked = new Promise<void>((done) =>
      guest.onRequest("slow", () => {
        done();
        return promise;
      }),
    );
    guest.execute("NETWORK.request('slow'); setInterval(() => NETWORK.send('m'), 0)");
    await asked;
    const waiting = guest.evaluate("new Promise(() => {})").catch((error: unknown) => error);
    guest.destroy();
    guest.destroy();
    resolve(1);
    expect(await waiting).toBeInstanceOf(IsolateDestroyedError);
    await ended;
    // What came after its end would have come before this.
    await (await createGuest()).evaluate("0");
    expect(heard.filter((name) => name === "destroyed").length).toBe(1);
    expect(heard.at(-1)).toBe("destroyed");
    expect(() => guest.send("m")).toThrow(IsolateDestroyedError);
    expect(() => guest.execute("0")).toThrow(IsolateDestroyedError);
  });
});
