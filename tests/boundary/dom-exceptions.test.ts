// DOMExceptions as values: they are what they are wherever values cross, either way.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "../guest/guest.ts";

/** What is to be seen of one, in both languages. */
const LOOK = `(e) => [e instanceof DOMException, Object.getPrototypeOf(e) === DOMException.prototype,
  Object.prototype.toString.call(e), e.name, e.message, e.code, Object.keys(e)]`;
const look = (0, eval)(LOOK) as (e: unknown) => unknown[];
const MADE = `new DOMException("gone", "NotFoundError")`;
const SEEN = [true, true, "[object DOMException]", "NotFoundError", "gone", 8, []];
const made = (): DOMException => new DOMException("gone", "NotFoundError");

describe("a guest's arrive at the host", () => {
  test("with messages", async () => {
    const guest = await createGuest();
    const sent = new Promise((resolve) => guest.once("event", resolve));
    guest.execute(`NETWORK.send("event", { list: [${MADE}] })`);
    expect(look(((await sent) as { list: unknown[] }).list[0])).toEqual(SEEN);
  });

  test("with requests, answers and results", async () => {
    const guest = await createGuest();
    guest.onRequest("look", (value) => look(value));
    expect(await run(`return NETWORK.request("look", ${MADE})`, guest)).toEqual(SEEN);
    guest.execute(`NETWORK.onRequest("make", () => ${MADE})`);
    expect(look(await guest.request("make"))).toEqual(SEEN);
    expect(look(await guest.evaluate(MADE))).toEqual(SEEN);
    expect(look(await guest.evaluate(`await null; ${MADE}`))).toEqual(SEEN);
    const modules = { "/main.js": `export const failed = ${MADE}; export const make = () => ${MADE};` };
    const { failed, make } = await guest.import<{ failed: unknown; make(): unknown }>("./main.js", { modules });
    expect(look(failed)).toEqual(SEEN);
    expect(look(await make())).toEqual(SEEN);
  });

  test("as arguments of exposed functions and of the console", async () => {
    const guest = await createGuest();
    guest.expose("tools", { look: (value: unknown) => look(value) });
    expect(await run(`return tools.look(${MADE})`, guest)).toEqual(SEEN);
    const logged = new Promise<readonly unknown[]>((resolve) => guest.onConsole(({ args }) => resolve(args)));
    await run(`console.log(${MADE})`, guest);
    expect(look((await logged)[0])).toEqual(SEEN);
  });

  test("in all that holds values, and among what was thrown", async () => {
    const guest = await createGuest();
    const value = await guest.evaluate<any>(`
      const e = ${MADE};
      ({ map: new Map([[e, [e]]]), set: new Set([e]), error: new Error("x", { cause: e }), e })`);
    expect(look(value.e)).toEqual(SEEN);
    expect(value.map.get(value.e)).toEqual([value.e]);
    expect(value.set.has(value.e)).toBe(true);
    expect(value.error.cause).toBe(value.e);
    const error = await guest.evaluate(`throw { why: ${MADE} }`).catch((reason: unknown) => reason);
    expect(look(error.guest.data.why)).toEqual(SEEN);
  });

  test("with the guest's stack, a cause and data, and circles", async () => {
    const guest = await createGuest();
    const error = await guest.evaluate<any>(
      `const e = Object.assign(${MADE}, { tries: 3, bad() {} }); Object.defineProperty(e, "cause", { value: new TypeError("t") });
       e.self = e; e`,
      { filename: "guest.js" },
    );
    expect([error.tries, error.cause instanceof TypeError, error.cause.message, error.self]).toEqual([
      3,
      true,
      "t",
      error,
    ]);
    expect(Object.keys(error)).toEqual(["tries", "self"]);
    expect(error.stack).toMatch(/^(?:Error|NotFoundError): gone\n {4}at guest\.js:1:25$/);
  });

  test.each([
    ["classes of its own", `new (class Mine extends DOMException {})("gone", "NotFoundError")`],
    [
      "attributes of its own",
      `Object.defineProperties(${MADE}, { name: { value: 1 }, message: { get() { throw 1; } } })`,
    ],
    ["a stack that throws", `Object.defineProperty(${MADE}, "stack", { get() { throw 1; } })`],
    [
      "a platform that it has patched",
      `(() => {
         for (const key of ["name", "message"]) Object.defineProperty(DOMException.prototype, key, { get: () => "patched" });
         return ${MADE};
       })()`,
    ],
  ])("whatever a guest makes of them: %s", async (_what, expression) => {
    expect(look(await (await createGuest()).evaluate(expression)).slice(0, 6)).toEqual(SEEN.slice(0, 6));
  });

  test("a QuotaExceededError, as the host has no class of its own", async () => {
    const error = await (await createGuest()).evaluate<DOMException>(`new QuotaExceededError("full", { quota: 1 })`);
    expect([error instanceof DOMException, error.name, error.message]).toEqual([true, "QuotaExceededError", "full"]);
  });

  test("thousands of them, and one that is too long", async () => {
    const guest = await createGuest();
    const many = await guest.evaluate<unknown[]>(`Array.from({ length: 3000 }, () => ${MADE})`);
    expect(many.every((error) => error instanceof DOMException && error.code === 8)).toBe(true);
    const long = guest.evaluate(`new DOMException("x".repeat(2_000_000), "NotFoundError")`);
    expect(await long.catch((error: { code: unknown }) => error.code)).toBe("ERR_MALFORMED_MESSAGE");
    expect(await guest.evaluate("1 + 1")).toBe(2);
  });
});

describe("the host's arrive at a guest", () => {
  test("with messages", async () => {
    const guest = await createGuest();
    const seen = guest.evaluate(
      `new Promise((resolve) => NETWORK.on("event", ({ list }) => resolve((${LOOK})(list[0]))))`,
    );
    guest.send("event", { list: [made()] });
    expect(await seen).toEqual(SEEN);
  });

  test("with answers, requests and arguments", async () => {
    const guest = await createGuest();
    guest.onRequest("make", () => made());
    expect(await run(`return (${LOOK})(await NETWORK.request("make"))`, guest)).toEqual(SEEN);
    guest.execute(`NETWORK.onRequest("look", ${LOOK})`);
    expect(await guest.request("look", made())).toEqual(SEEN);
    expect(await guest.evaluate(`(${LOOK})(e)`, { args: { e: made() } })).toEqual(SEEN);
    const modules = { "/main.js": `export const look = ${LOOK};` };
    const module = await guest.import<{ look(value: unknown): unknown }>("./main.js", { modules });
    expect(await module.look(made())).toEqual(SEEN);
  });

  test("from exposed functions, and what these take", async () => {
    const guest = await createGuest();
    guest.expose("tools", {
      make: () => made(),
      async *makeMany() {
        yield made();
      },
      call: (look: (value: unknown) => unknown) => look(made()),
    });
    expect(await run(`return (${LOOK})(await tools.make())`, guest)).toEqual(SEEN);
    expect(await run(`for await (const e of await tools.makeMany()) return (${LOOK})(e)`, guest)).toEqual(SEEN);
    expect(await run(`return tools.call(${LOOK})`, guest)).toEqual(SEEN);
  });

  test("in all that holds values, with a cause and data, never with the host's stack", async () => {
    const guest = await createGuest();
    const e = Object.assign(made(), { tries: 3, bad: () => 1 });
    Object.defineProperty(e, "cause", { value: new TypeError("t") });
    Object.assign(e, { self: e });
    expect(
      await guest.evaluate(
        `[(${LOOK})(e), map.get(e)[0] === e, set.has(e), error.cause === e, e.self === e, e.tries, e.cause instanceof TypeError,
          structuredClone(e) instanceof DOMException, /dom-exceptions/.test(e.stack), e.stack.split("\\n").length]`,
        { args: { e, map: new Map([[e, [e]]]), set: new Set([e]), error: new Error("x", { cause: e }) } },
      ),
    ).toEqual([[...SEEN.slice(0, 6), ["tries", "self"]], true, true, true, true, 3, true, true, false, 1]);
  });

  test("aborted signals' reasons, and those of classes of the host's own", async () => {
    const guest = await createGuest();
    class Mine extends DOMException {}
    const args = { aborted: AbortSignal.abort().reason as unknown, mine: new Mine("gone", "NotFoundError") };
    expect(await guest.evaluate(`[(${LOOK})(aborted).slice(0, 4), (${LOOK})(mine)]`, { args })).toEqual([
      [true, true, "[object DOMException]", "AbortError"],
      SEEN,
    ]);
  });

  test("what only pretends to be one is refused", async () => {
    const guest = await createGuest();
    expect(() => guest.send("event", Object.create(DOMException.prototype))).toThrow("DOMException");
  });

  test("though a guest has patched its own", async () => {
    const guest = await createGuest();
    guest.execute(`
      const Original = DOMException;
      for (const key of ["name", "message"]) Object.defineProperty(Original.prototype, key, { set() { throw 1; }, get: () => "patched" });
      globalThis.DOMException = class { constructor() { throw 2; } };
      Error.prepareStackTrace = () => { throw 3; };
      globalThis.look = (e) => [e instanceof Original, e.code];`);
    expect(await guest.evaluate("look(e)", { args: { e: made() } })).toEqual([true, 8]);
  });
});
