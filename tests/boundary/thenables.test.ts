// Promises and what passes for them: answered once, by the language's own rules, and never to somebody else.
import { describe, expect, test } from "bun:test";
import { EvaluationError, RequestError } from "network-runtime";
import { createGuest, run } from "../guest/guest.ts";

describe("an evaluate's value", () => {
  test.each<[string, string, unknown]>([
    ["a thenable", `({ then(resolve) { resolve("value"); } })`, "value"],
    [
      "a thenable that answers twice",
      `({ then(resolve, reject) { resolve("first"); resolve("second"); reject("third"); } })`,
      "first",
    ],
    [
      "a thenable that answers, then throws",
      `({ then(resolve) { resolve("value"); throw new Error("late"); } })`,
      "value",
    ],
    ["a thenable of a thenable", `({ then(resolve) { resolve({ then(inner) { inner("value"); } }); } })`, "value"],
    ["a thenable that answers later", `({ then(resolve) { setTimeout(resolve, 1, "value"); } })`, "value"],
    [
      "a getter for then, read once",
      `(() => { let reads = 0; return { get then() { reads++; return (resolve) => resolve(reads); } }; })()`,
      1,
    ],
    [
      "a promise, whatever its own then",
      `Object.assign(Promise.resolve("inner"), { then(resolve) { resolve("own"); } })`,
      "inner",
    ],
    ["a subclass of Promise", `new (class extends Promise {})((resolve) => resolve("value"))`, "value"],
    ["an object whose then is no function", `({ then: "text" })`, { then: "text" }],
  ])("%s", async (_name, expression, expected) => {
    const guest = await createGuest();
    expect(await guest.evaluate(expression)).toEqual(expected);
    expect(await guest.evaluate("'next'")).toBe("next");
  });

  test.each<[string, string, string]>([
    ["a thenable that throws", `({ then() { throw new RangeError("mine"); } })`, "mine"],
    ["a getter for then that throws", `({ get then() { throw new RangeError("mine"); } })`, "mine"],
    [
      "a thenable that rejects with a thenable",
      `({ then(_, reject) { reject(Object.assign(new Error("mine"), { then() {} })); } })`,
      "mine",
    ],
    [
      "a promise of itself",
      `{ let resolve; const promise = new Promise((r) => (resolve = r)); resolve(promise); promise }`,
      "cycle",
    ],
    [
      "a promise whose constructor throws",
      `Object.defineProperty(Promise.resolve(1), "constructor", { get() { throw new RangeError("mine"); } })`,
      "mine",
    ],
    ["a value that cannot be cloned, later", `Promise.resolve(() => {})`, "could not be cloned"],
  ])("%s", async (_name, expression, message) => {
    const guest = await createGuest();
    const error: unknown = await guest.evaluate(expression).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EvaluationError);
    expect((error as Error).message).toContain(message);
    expect(await guest.evaluate("'next'")).toBe("next");
  });

  test("endless thenables end at the limit", async () => {
    const guest = await createGuest({ cpuMs: 50 });
    const reason = new Promise<string>((resolve) => guest.onSystem("terminated", (event) => resolve(event.reason)));
    guest.evaluate(`const again = { then(resolve) { resolve(again); } }; again`).catch(() => {});
    expect(await reason).toBe("cpu_limit_exceeded");
  });

  test("a then that keeps its resolver answers nobody else's evaluate", async () => {
    const guest = await createGuest();
    const first = guest.evaluate(`({ then(resolve) { globalThis.kept = resolve; } })`);
    const second = guest.evaluate(`new Promise(() => {})`, { timeoutMs: 200 }).catch((error: Error) => error.name);
    expect(await guest.evaluate(`kept("first's"); kept("again"); "third's"`)).toBe("third's");
    expect(await first).toBe("first's");
    expect(await second).toBe("TimeoutError");
    expect(await guest.evaluate(`kept("too late"); "fourth's"`)).toBe("fourth's");
  });
});

describe("answers of the guest's handlers", () => {
  test("thenables, and promises of a patched Promise", async () => {
    const guest = await createGuest();
    guest.execute(`
      NETWORK.onRequest("thenable", () => ({ then(resolve) { resolve("value"); resolve("again"); } }));
      NETWORK.onRequest("throws", () => ({ get then() { throw new RangeError("mine"); } }));
      NETWORK.onRequest("patched", async () => "own await");
      const original = Promise.prototype.then;
      Promise.prototype.then = function () { return original.call(this, () => { throw new Error("patched"); }); };
      globalThis.Promise = { resolve() { throw new Error("patched"); } };`);
    expect(await guest.request<string>("thenable")).toBe("value");
    expect(await guest.request<string>("patched")).toBe("own await");
    const error: unknown = await guest.request("throws").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RequestError);
    expect((error as Error).message).toContain("mine");
  });
});

describe("answers of the host's handlers", () => {
  test("a guest's then is never the host's to call", async () => {
    const guest = await createGuest();
    const value = await guest.evaluate<{ then: unknown }>(`({ then: { call: 1, apply: 2 }, data: 1 })`);
    expect(value).toEqual({ then: { call: 1, apply: 2 }, data: 1 } as { then: unknown });
    guest.onRequest("echo", (data) => data);
    expect(await run(`return NETWORK.request("echo", { then: "text", catch: 1, finally: 2 })`, guest)).toEqual({
      then: "text",
      catch: 1,
      finally: 2,
    });
  });

  test("a then on the guest's Object.prototype does not take the guest's answers", async () => {
    const guest = await createGuest();
    guest.onRequest("get", () => ({ secret: 1 }));
    const [stolen, got] = await guest.evaluate<[number, unknown]>(`(async () => {
      let stolen = 0;
      Object.defineProperty(Object.prototype, "then", { configurable: true, get() { if (this.secret) stolen++; return undefined; } });
      const got = await NETWORK.request("get");
      delete Object.prototype.then;
      return [stolen, got];
    })()`);
    // By the language's rules a promise that is resolved with an object looks for its then, once: the guest's own await
    // of its own answer. It is the guest's data either way.
    expect(stolen).toBeLessThanOrEqual(2);
    expect(got).toEqual({ secret: 1 });
  });
});
