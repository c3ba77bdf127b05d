// What an evaluate comes to, whatever the guest has done to promises.
import { describe, expect, test } from "bun:test";
import { createGuest } from "./guest.ts";

describe("an evaluation's value", () => {
  test("is awaited: promises, subclasses and thenables", async () => {
    const guest = await createGuest();
    expect(await guest.evaluate("Promise.resolve(1)")).toBe(1);
    expect(await guest.evaluate("(async () => ({ a: await 2 }))()")).toEqual({ a: 2 });
    expect(await guest.evaluate("({ then(resolve) { resolve(3) } })")).toBe(3);
    expect(await guest.evaluate("(class Mine extends Promise {}).resolve(4)")).toBe(4);
    expect(await guest.evaluate("new Promise((resolve) => setTimeout(resolve, 5, 5))")).toBe(5);
  });

  test("is an error where it rejects, throws or cannot be cloned", async () => {
    const guest = await createGuest();
    expect(guest.evaluate("Promise.reject(new RangeError('r'))")).rejects.toMatchObject({
      message: expect.stringContaining("r"),
    });
    expect(guest.evaluate("({ get then() { throw new RangeError('then') } })")).rejects.toThrow("then");
    expect(
      guest.evaluate(
        "Object.defineProperty(Promise.resolve(), 'constructor', { get() { throw new Error('constructor') } })",
      ),
    ).rejects.toThrow("constructor");
    expect(guest.evaluate("Promise.resolve(() => {})")).rejects.toThrow("could not be cloned");
    expect(guest.evaluate("(() => {})")).rejects.toThrow("could not be cloned");
    expect(await guest.evaluate("1 + 1")).toBe(2);
  });

  test("arrives although the guest patched promises", async () => {
    const guest = await createGuest();
    await guest.evaluate(`
      Promise.prototype.then = () => { throw new Error("then") };
      Promise.resolve = Promise.reject = () => { throw new Error("resolve") };
      Object.defineProperty(Promise, Symbol.species, { get() { throw new Error("species") } });
      globalThis.Promise = null;
      undefined`);
    expect(await guest.evaluate("(async () => { await null; return 7 })()")).toBe(7);
    expect(guest.evaluate("(async () => { throw new Error('mine') })()")).rejects.toThrow("mine");
  });

  test("of a script with top-level await asks nothing of the guest's promises", async () => {
    const guest = await createGuest();
    await guest.evaluate(`
      globalThis.seen = [];
      const { Promise, Error, Symbol, Object } = globalThis;
      const note = (name) => { seen.push(name); throw new Error(name); };
      Promise.prototype.then = () => note("then");
      Promise.prototype.constructor = function () { note("construct"); };
      Object.defineProperty(Promise.prototype.constructor, Symbol.species, { get: () => note("species of a fake") });
      Object.defineProperty(Promise, Symbol.species, { get: () => note("species") });
      undefined`);
    expect(await guest.evaluate("await 6; 7")).toBe(7);
    expect(guest.evaluate("await 6; throw new Error('mine')")).rejects.toThrow("mine");
    expect(await guest.evaluate("seen")).toEqual([]);
  });

  test("gives up alone: a timer of a cancelled evaluation does not stop the others", async () => {
    const guest = await createGuest();
    await guest.evaluate("globalThis.ticks = 0; setInterval(() => ticks++, 1); undefined");
    const stuck = guest.evaluate("new Promise(() => setTimeout(() => { for (;;); }, 5))", { timeoutMs: 40 });
    expect(stuck).rejects.toMatchObject({ name: "TimeoutError" });
    await stuck.catch(() => {});
    const before = await guest.evaluate<number>("ticks");
    await Bun.sleep(30);
    expect(await guest.evaluate<number>("ticks")).toBeGreaterThan(before);
  });
});
