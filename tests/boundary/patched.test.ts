// A guest that replaced everything before it talks: messages and requests still say what they said.
import { expect, test } from "bun:test";
import { createGuest, run } from "../guest/guest.ts";

const VANDALISM = `
  var hits = 0;
  const evil = () => { hits++; throw new Error("evil"); };
  const { ownKeys, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const each = (list, visit) => { for (let index = 0; index < list.length; index++) visit(list[index]); };
  JSON.stringify = JSON.parse = structuredClone = evil;
  each([Array, Map, Set, Promise, String, Uint8Array, ArrayBuffer, RegExp, Date, Error], (C) => {
    defineProperty(C, Symbol.species, { __proto__: null, configurable: true, get: evil });
    each(ownKeys(C.prototype), (key) => {
      if (key === "constructor" || !getOwnPropertyDescriptor(C.prototype, key).configurable) return;
      defineProperty(C.prototype, key, { __proto__: null, configurable: true, writable: true, value: evil });
    });
  });
  each(["value", "get", "set", "data", "event", "id", "reason", "signal", "then", "0", "1"], (key) => {
    const get = () => { hits++; };
    defineProperty(Object.prototype, key, { __proto__: null, configurable: true, set: evil, get });
  });
  Promise = class { constructor() { evil(); } static resolve() { evil(); } };
  Error.prepareStackTrace = evil;
  Error.stackTraceLimit = Infinity;
  hits = 0;
`;

test("messages both ways", async () => {
  const guest = await createGuest();
  guest.execute(`${VANDALISM}
    NETWORK.on("m", (value) => NETWORK.send("back", value));`);
  const value = {
    list: [1, [2]],
    map: new Map([["k", new Set([1])]]),
    when: new Date(5),
    bytes: new Uint8Array([1, 2]),
    big: 1n,
  };
  const back = new Promise<unknown>((resolve) => guest.once("back", resolve));
  guest.send("m", value);
  expect(await back).toEqual(value);
  guest.execute("NETWORK.send('hits', hits)");
  expect(await new Promise<unknown>((resolve) => guest.once("hits", resolve))).toBe(0);
});

test("requests both ways", async () => {
  const guest = await createGuest();
  guest.onRequest("double", (n) => Number(n) * 2);
  guest.execute(`${VANDALISM}
    (async () => {
      NETWORK.send("answer", await NETWORK.request("double", 21));
      NETWORK.send("hits", hits);
    })();`);
  const answer = new Promise<unknown>((resolve) => guest.once("answer", resolve));
  const hits = new Promise<unknown>((resolve) => guest.once("hits", resolve));
  expect(await answer).toBe(42);
  expect(await hits).toBe(0);
});

test("evaluate's result and its failure", async () => {
  const guest = await createGuest();
  guest.execute(VANDALISM);
  expect(await guest.evaluate("hits = 0; ({ list: [1, 2], text: 'x' })")).toEqual({ list: [1, 2], text: "x" });
  await expect(guest.evaluate("null.x")).rejects.toMatchObject({ code: expect.any(String) });
  expect(await guest.evaluate("1 + 1")).toBe(2);
});

test("NETWORK overwritten, deleted, shadowed, its functions taken away: it is what it was", async () => {
  const guest = await createGuest();
  const held = await run<boolean[]>(
    `const before = NETWORK, { send } = NETWORK;
     const tries = [
       () => { globalThis.NETWORK = { send() {} }; },
       () => { delete globalThis.NETWORK; },
       () => { before.send = () => {}; },
       () => { delete before.send; },
       () => { Object.defineProperty(before, "send", { value() {} }); },
       () => { Object.setPrototypeOf(before, { send() {} }); },
       () => { send.call = () => {}; },
       () => { globalThis.__defineGetter__("NETWORK", () => ({})); },
       () => { Object.setPrototypeOf(globalThis, new Proxy({}, { has: () => true, get: () => ({}) })); },
     ];
     return tries.map((attempt) => {
       try { attempt(); } catch {}
       return NETWORK === before && NETWORK.send === send && Object.isFrozen(NETWORK);
     });`,
    guest,
  );
  expect(held).toEqual(Array.from({ length: 9 }, () => true));
  const heard = new Promise<unknown>((resolve) => guest.once("m", resolve));
  guest.execute(`NETWORK.send("m", "still through")`);
  expect(await heard).toBe("still through");
});
