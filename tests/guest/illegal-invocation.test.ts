// Functions of the platform that are called on something else than their objects.
import { expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

/** In the guest: what each function, getter and setter of each interface says when it is called on something else. */
const strangers = `
  const said = new Map();
  const others = [undefined, null, 5, "text", {}, [], new Proxy({}, {}), Object.create(null), globalThis];
  const called = (name, f) => {
    if (typeof f !== "function") return;
    for (const other of others) {
      for (const args of [[], ["x"], [{}, {}, {}]]) {
        try {
          const value = Reflect.apply(f, other, args);
          if (value instanceof Promise) value.then(undefined, (error) => said.set(error?.message, name));
        } catch (error) {
          said.set(error?.message, name);
        }
      }
    }
  };
  const members = (name, object, ...more) => {
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key);
      if (key === "constructor") continue;
      for (const f of [value, get, set]) called(name + "." + String(key), f);
    }
  };
  const language = new Set(LANGUAGE);
  let interfaces = 0;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (language.has(name) || name === "close") continue;
    let value;
    try { value = globalThis[name]; } catch { continue; }
    if (typeof value !== "function" || !value.prototype) continue;
    interfaces++;
    members(name + ".prototype", value.prototype);
    members(name, value);
    const iterator = value.prototype.entries;
    if (iterator) {
      try { members(name + " iterator", Object.getPrototypeOf(new value().entries())); } catch {}
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { interfaces, said: [...said] };
`;

/** Globals of the language, whose messages are V8's. */
const language = [
  ...[
    "Object",
    "Function",
    "Array",
    "Number",
    "Boolean",
    "String",
    "Symbol",
    "Date",
    "Promise",
    "RegExp",
    "Map",
    "Set",
  ],
  ...["WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Proxy", "BigInt", "Error", "AggregateError"],
];

test("say what was done, and no name of the platform's private members", async () => {
  const guest = await createGuest();
  const body = strangers.replace("LANGUAGE", JSON.stringify(language));
  const { interfaces, said } = await run<{ interfaces: number; said: [string, string][] }>(body, guest);
  expect(interfaces).toBeGreaterThan(50);
  expect(said.map(([message]) => message)).toContain("Illegal invocation");
  expect(
    said.filter(([message]) => /#[a-zA-Z]|private|must be an instance of class|must be class/.test(message)),
  ).toEqual([]);
});

test.each([
  ["a method", `Headers.prototype.get.call({}, "x")`],
  ["a method, of nothing", `Headers.prototype.get.call(undefined, "x")`],
  ["a getter", `Object.getOwnPropertyDescriptor(URL.prototype, "href").get.call({})`],
  ["a getter, of nothing", `Object.getOwnPropertyDescriptor(URL.prototype, "href").get.call(undefined)`],
  ["a getter, of a primitive", `Object.getOwnPropertyDescriptor(URL.prototype, "href").get.call(5)`],
  ["a setter", `Object.getOwnPropertyDescriptor(URL.prototype, "hash").set.call({}, "#x")`],
  ["a setter, of nothing", `Object.getOwnPropertyDescriptor(URL.prototype, "hash").set.call(null, "#x")`],
  [
    "a method, when it has become hot",
    `(() => {
     const headers = new Headers({ x: "1" });
     const get = (object) => Headers.prototype.get.call(object, "x");
     for (let i = 0; i < 200000; i++) get(headers);
     return get({});
   })()`,
  ],
])("%s: Illegal invocation", async (_what, code) => {
  expect(await run(`try { ${code}; return "no exception"; } catch (error) { return String(error); }`)).toBe(
    "TypeError: Illegal invocation",
  );
});

test("a guest's own private members are told by their names, as the language's users expect", async () => {
  expect(
    await run(`
      class Own { #mine = 1; static read(other) { return other.#mine; } static has(other) { return #mine in other; } }
      const message = (f) => { try { f(); } catch (error) { return error.message; } };
      return [message(() => Own.read({})), message(() => Own.read(undefined)), message(() => Own.has(5))];
    `),
  ).toEqual([
    "Cannot read private member #mine from an object whose class did not declare it",
    "Cannot read properties of undefined (reading '#mine')",
    "Cannot use 'in' operator to search for '#mine' in 5",
  ]);
});
