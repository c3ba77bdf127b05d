// What a guest throws at its host: an error of text and numbers, however it was made, and soon.
import { describe, expect, test } from "bun:test";
import type { GuestError, Isolate } from "network-runtime";
import { EvaluationError } from "network-runtime";
import { createGuest, run } from "../guest/guest.ts";

/** Longest texts of an error, in UTF-16 code units. */
const MESSAGE_MAX = 16 << 10;
const STACK_MAX = 64 << 10;

async function failure(guest: Isolate, script: string): Promise<GuestError> {
  const error: unknown = await guest.evaluate(script).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EvaluationError);
  return (error as EvaluationError).guest;
}

function expectPlain(error: GuestError): void {
  expect(typeof error.name).toBe("string");
  expect(typeof error.message).toBe("string");
  expect(error.message.length).toBeLessThanOrEqual(MESSAGE_MAX);
  if (error.stack !== undefined) expect(error.stack.length).toBeLessThanOrEqual(STACK_MAX);
  const { cause, errors, data, ...facts } = error;
  for (const value of Object.values(facts)) expect(["string", "number", "undefined"]).toContain(typeof value);
  for (const value of [cause, errors, data]) expect(JSON.stringify(value ?? null).length).toBeLessThan(256 << 10);
}

/** Each throws something that answers back. `calls` counts how often guest code ran that nobody asked for. */
const throws: [string, string][] = [
  ["a proxy of an error", `new Proxy(new Error("x"), traps)`],
  ["a proxy whose prototype is Error's", `Object.setPrototypeOf(new Proxy({}, traps), Error.prototype)`],
  ["an object whose prototype is a proxy", `Object.create(new Proxy(Error.prototype, traps))`],
  ["a callable proxy", `new Proxy(class extends Error {}, traps)`],
  [
    "an object that converts itself",
    `{ toString() { calls++; return "x"; }, valueOf() { calls++; }, toJSON() { calls++; } }`,
  ],
  [
    "an object with getters",
    `{ get name() { calls++; }, get message() { calls++; }, get stack() { calls++; }, get code() { calls++; } }`,
  ],
  ["an object with a tag of its own", `{ get [Symbol.toStringTag]() { calls++; return "x"; } }`],
];

describe("guest code in what is thrown", () => {
  const PREPARE = `
    var calls = 0;
    var traps = new Proxy({}, { get: (_, trap) => (...args) => { calls++; return Reflect[trap](...args); } });`;

  test.each(throws)("%s: none of it runs", async (_name, expression) => {
    const guest = await createGuest();
    await guest.evaluate(`${PREPARE}; 0`);
    // Making it may call traps, too.
    expectPlain(await failure(guest, `{ const made = (${expression}); calls = 0; throw made; }`));
    expect(await guest.evaluate("calls")).toBe(0);
    const rejected = new Promise<GuestError>((resolve) => guest.onSystem("unhandledrejection", resolve));
    await guest.evaluate(`{ const made = (${expression}); calls = 0; Promise.reject(made); 0 }`);
    expectPlain(await rejected);
    expect(await guest.evaluate("calls")).toBe(0);
  });

  test("getters of a true error run as for any reader, and what they throw is left out", async () => {
    const guest = await createGuest();
    const error = await failure(
      guest,
      `const e = new RangeError("mine");
       for (const key of ["name", "stack", "code"]) Object.defineProperty(e, key, { get() { throw new Error(key); } });
       throw e;`,
    );
    expectPlain(error);
    expect(error.message).toBe("mine");
  });

  test("a getter that never returns ends at the limit", async () => {
    const guest = await createGuest({ cpuMs: 50 });
    const reason = new Promise<string>((resolve) => guest.onSystem("terminated", (event) => resolve(event.reason)));
    guest.execute(`throw Object.defineProperty(new Error(), "message", { get() { for (;;); } })`);
    expect(await reason).toBe("cpu_limit_exceeded");
  });

  test("a getter that throws another such error", async () => {
    const guest = await createGuest();
    const error = await failure(
      guest,
      `const make = (n) => Object.defineProperty(new Error("level " + n), "stack", { get() { throw make(n + 1); } });
       throw make(0);`,
    );
    expectPlain(error);
    expect(error.message).toBe("level 0");
  });
});

describe("stacks", () => {
  test("a huge one is cut", async () => {
    const guest = await createGuest();
    const error = await failure(
      guest,
      `Error.stackTraceLimit = Infinity;
       (function deeper(left) { if (left === 0) throw new Error("deep"); deeper(left - 1); })(5000);`,
    );
    expectPlain(error);
    expect(error.stack).toContain("deeper");
    expect(error.stack!.length).toBe(STACK_MAX);
  });

  test("a stack overflow's own error", async () => {
    const error = await failure(await createGuest(), `(function f() { f(); })()`);
    expectPlain(error);
    expect(error.name).toBe("RangeError");
  });

  test("huge names, messages, and functions' names in stacks", async () => {
    const guest = await createGuest();
    const error = await failure(
      guest,
      `const long = "x".repeat(1e7);
       throw Object.assign(new ({ [long]: class extends Error {} }[long])(long), { name: long, code: long });`,
    );
    expectPlain(error);
    expect(error.name.length).toBeLessThanOrEqual(256);
  });

  test.each([
    ["an object", `({ toString() { throw 1; } })`],
    ["a symbol", `Symbol("s")`],
    ["a proxy", `new Proxy({}, { get() { throw 1; } })`],
    ["nothing, it throws", `(() => { throw new Error("from prepareStackTrace"); })()`],
    ["itself again", `new Error("again").stack`],
    ["the call sites", `sites`],
    ["ten million characters", `"x".repeat(1e7)`],
  ])("Error.prepareStackTrace that returns %s", async (_name, returned) => {
    const guest = await createGuest();
    await guest.evaluate(`Error.prepareStackTrace = (error, sites) => ${returned}; 0`);
    const error = await failure(guest, `throw new TypeError("mine")`);
    expectPlain(error);
    expect([error.name, error.message]).toEqual(["TypeError", "mine"]);
    const reported = new Promise<GuestError>((resolve) => guest.onSystem("error", resolve));
    guest.execute(`setTimeout(() => null.x, 0)`);
    expectPlain(await reported);
    expect(await guest.evaluate("1 + 1")).toBe(2);
  });
});

describe("errors as data", () => {
  test("causes, aggregates and cycles arrive as they are", async () => {
    const guest = await createGuest();
    guest.execute(`
      const error = new AggregateError([new RangeError("one")], "all", { cause: new TypeError("why") });
      error.cause.cause = error;
      NETWORK.send("m", error);`);
    const error = await new Promise<Error>((resolve) => guest.once("m", (value) => resolve(value as Error)));
    expect(error.message).toBe("all");
    expect((error.cause as Error).message).toBe("why");
    expect((error.cause as Error).cause).toBe(error);
  });

  test("a chain of 100,000 causes is refused in the guest", async () => {
    const name = await run(`
      let error = new Error("first");
      for (let i = 0; i < 1e5; i++) error = new Error("next", { cause: error });
      try { NETWORK.send("m", error); return "sent"; } catch (e) { return e.name; }`);
    expect(["RangeError", "DataCloneError"]).toContain(name as string);
    const guest = await createGuest();
    expectPlain(
      await failure(
        guest,
        `let error = new Error("first"); for (let i = 0; i < 1e5; i++) error = new Error("next", { cause: error }); throw error;`,
      ),
    );
  });
});
