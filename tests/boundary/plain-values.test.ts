// Plain data is not read by V8's own reader, and objects that come often are made from a template: no guest may tell one
// from another, whatever it does to them.
import { describe, expect, test } from "bun:test";
import type { Isolate } from "network-runtime";
import { createGuest, run } from "../guest/guest.ts";

type Flat = Record<string, unknown>;

const values = [
  ...[0, -0, 1, -1, 2 ** 30, -(2 ** 31), 2 ** 31, 2 ** 53, 0.5, NaN, Infinity, -Infinity, Number.MIN_VALUE],
  ...["", "a", "é", "\0", "☃", "longer than any name may be, and more", true, false, null, undefined],
];
const names = [
  "i",
  "x",
  "y",
  "name",
  "with_underscore",
  "length",
  "constructor",
  "toString",
  "then",
  "A1",
  "hasOwnProperty",
];
const unusual = ["__proto__", "0", "12", "-1", "é", "", "a-b", "n".repeat(25), "n".repeat(200), "$", "_x"];

/** Numbers from 0 up to a limit, the same in every run. */
function pseudoRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function make(random: (limit: number) => number, from: readonly string[], count: number): Flat {
  const object: Flat = {};
  for (let index = 0; index < count; index++) {
    const value = values[random(values.length)];
    Object.defineProperty(object, from[random(from.length)]!, { value, enumerable: true, configurable: true });
  }
  return object;
}

/** In the guest: everything about an object, as text. */
const look = `
  globalThis.text = (value) => Object.is(value, -0) ? "-0" : typeof value + " " + String(value);
  globalThis.look = (object) => JSON.stringify([
    Object.getPrototypeOf(object) === Object.prototype, Object.isExtensible(object),
    Reflect.ownKeys(object).map((key) => {
      const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(object, key);
      return [key, text(value), writable, enumerable, configurable];
    }),
  ]);`;

function lookHere(object: Flat): string {
  const text = (value: unknown): string => (Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`);
  const keys = Reflect.ownKeys(object) as string[];
  return JSON.stringify([true, true, keys.map((key) => [key, text(object[key]), true, true, true])]);
}

async function looking(): Promise<Isolate> {
  const guest = await createGuest();
  await guest.evaluate(`${look} NETWORK.on("m", (object) => NETWORK.send("seen", look(object))); 0`);
  return guest;
}

/** What the guest sees of objects that are sent as messages, as requests and as answers. */
async function seen(guest: Isolate, objects: readonly Flat[]): Promise<[string[], string[], string[]]> {
  const messages: string[] = [];
  const all = new Promise<void>((resolve) =>
    guest.on("seen", (text: string) => void (messages.push(text) === objects.length && resolve())),
  );
  for (const object of objects) guest.send("m", object);
  await all;
  await guest.evaluate(`NETWORK.onRequest("r", (object) => look(object)); 0`);
  const requests = await Promise.all(objects.map((object) => guest.request("r", object) as Promise<string>));
  let next = 0;
  guest.onRequest("next", () => objects[next++]);
  const answers = await run<string[]>(
    `const list = []; for (let i = 0; i < ${objects.length}; i++) list.push(look(await NETWORK.request("next"))); return list;`,
    guest,
  );
  return [messages, requests, answers];
}

describe("flat objects", () => {
  test("are what they were, however often a shape comes and whatever its values are", async () => {
    const random = pseudoRandom(7);
    const few: readonly (readonly string[])[] = [["i"], ["x", "y"], ["name", "then", "length"], names.slice(0, 8)];
    const objects: Flat[] = [];
    for (let round = 0; round < 400; round++) {
      const shape = few[random(few.length)]!;
      objects.push(Object.fromEntries(shape.map((name) => [name, values[random(values.length)]])));
    }
    for (const texts of await seen(await looking(), objects)) expect(texts).toEqual(objects.map(lookHere));
  });

  test("of shapes without number, with odd names, with many names, empty", async () => {
    const random = pseudoRandom(11);
    const objects: Flat[] = [];
    for (let round = 0; round < 300; round++) {
      objects.push(make(random, [...names, ...unusual], random(12)));
      objects.push({ [`n${round}`]: round }, { [`n${round % 100}`]: 1, same: 2 });
    }
    for (const texts of await seen(await looking(), objects)) expect(texts).toEqual(objects.map(lookHere));
  });

  test("in between others of the same names that are not flat", async () => {
    const objects: Flat[] = [];
    for (let round = 0; round < 100; round++) {
      objects.push({ i: round, x: "flat" });
      objects.push({ i: { deep: round }, x: [1] } as Flat);
    }
    const guest = await createGuest();
    const result = guest.evaluate(`new Promise((resolve) => {
      const list = [];
      NETWORK.on("m", (object) => { if (list.push(object) === ${objects.length}) resolve(list); });
    })`);
    for (const object of objects) guest.send("m", object);
    expect(await result).toEqual(objects);
  });

  test("are each guest's own, whatever it does to them and to Object.prototype", async () => {
    const guest = await createGuest();
    const send = (count: number): void => {
      for (let index = 0; index < count; index++) guest.send("m", { i: index, name: "x", flag: true });
    };
    const result = guest.evaluate(`new Promise((resolve) => {
      const deeds = [
        (o) => { o.added = 1; }, (o) => { delete o.i; }, (o) => { delete o.flag; o.flag = 1; }, (o) => Object.freeze(o),
        (o) => Object.seal(o), (o) => Object.preventExtensions(o), (o) => Object.setPrototypeOf(o, null),
        (o) => Object.setPrototypeOf(o, { get i() { return "other"; } }), (o) => { o.i = "text"; o.i = 0.5; o.i = {}; },
        (o) => Object.defineProperty(o, "i", { get() { return 7; } }), (o) => Object.defineProperty(o, "name", { enumerable: false }),
        (o) => { o[0] = 1; o[Symbol.iterator] = 2; }, (o) => { for (let k = 0; k < 2000; k++) o["k" + k] = k; }, (o) => { o.__proto__ = []; },
        () => { Object.defineProperty(Object.prototype, "i", { configurable: true, set() { throw 1; }, get() { return "set"; } }); },
        () => { Object.prototype.flag = "polluted"; Object.prototype.other = 1; },
        () => { Object.freeze(Object.prototype); },
        () => { Object = null; },
      ];
      const wrong = [];
      const { is, getOwnPropertyNames, getPrototypeOf, isExtensible, prototype } = Object;
      let count = 0;
      NETWORK.on("m", (object) => {
        const right = getPrototypeOf(object) === prototype && isExtensible(object) && getOwnPropertyNames(object).join() === "i,name,flag"
          && is(object.i, count) && object.name === "x" && object.flag === true;
        if (!right) wrong.push(count);
        object.i++;
        deeds[Math.floor(count / 20)]?.(object);
        if (++count === 500) resolve(wrong);
      });
    })`);
    send(500);
    expect(await result).toEqual([]);
  });

  test("optimized code sees what it reads, when the kinds of values change under it", async () => {
    const guest = await createGuest();
    const result = guest.evaluate<number[]>(`new Promise((resolve) => {
      const read = (object) => (typeof object.v === "number" ? object.v + 1 : typeof object.v === "string" ? object.v.length : -1);
      let sum = 0;
      let count = 0;
      const sums = [];
      NETWORK.on("m", (object) => {
        for (let i = 0; i < 20; i++) sum += read(object);
        if (++count % 2000 === 0) { sums.push(sum); sum = 0; }
        if (count === 8000) resolve(sums);
      });
    })`);
    const kinds: ((index: number) => unknown)[] = [(i) => i, (i) => i + 0.5, (i) => "x".repeat(i % 50), () => null];
    const expected = kinds.map((kind) => {
      let sum = 0;
      for (let index = 0; index < 2000; index++) {
        const v = kind(index);
        guest.send("m", { v });
        for (let i = 0; i < 20; i++) sum += typeof v === "number" ? v + 1 : typeof v === "string" ? v.length : -1;
      }
      return sum;
    });
    expect(await result).toEqual(expected);
  });

  test("names of messages that change, and long ones", async () => {
    const guest = await createGuest();
    const all = ["a", "b", "a", "é", "", "a".repeat(127), "a".repeat(128), "☃", "b", "b"];
    const result = guest.evaluate(`new Promise((resolve) => {
      const list = [];
      for (const name of ${JSON.stringify([...new Set(all)])}) {
        NETWORK.on(name, ({ i }) => { if (list.push([name, i]) === ${all.length * 10}) resolve(list); });
      }
    })`);
    const expected = Array.from({ length: all.length * 10 }, (_, i) => [all[i % all.length], i]);
    for (const [name, i] of expected) guest.send(name as string, { i });
    expect(await result).toEqual(expected);
  });
});

describe("trees", () => {
  const leaves: readonly unknown[] = [
    ...values,
    new Date(5),
    10n,
    /x/g,
    new Uint8Array([1, 2]),
    new Map([["a", 1]]),
    "\ud83d\ude00".repeat(30),
  ];

  function tree(random: (limit: number) => number, depth: number, exotic: boolean): unknown {
    const kind = random(4);
    if (depth === 0 || kind === 0) return leaves[random(exotic ? leaves.length : values.length)];
    const count = random(6);
    if (kind === 1) return Array.from({ length: count }, () => tree(random, depth - 1, exotic));
    const object: Flat = {};
    for (let index = 0; index < count; index++) object[names[random(names.length)]!] = tree(random, depth - 1, exotic);
    return object;
  }

  /** What the guest has of each, sent back. */
  async function echoed(guest: Isolate, all: readonly unknown[]): Promise<unknown[]> {
    await guest.evaluate(`NETWORK.onRequest("echo", (value) => value); 0`);
    return Promise.all(all.map((value) => guest.request("echo", value)));
  }

  test.each([
    ["as JSON has them", false],
    ["with what JSON has not", true],
  ])("come back as they went, %s", async (_name, exotic) => {
    const random = pseudoRandom(exotic ? 3 : 5);
    const all = Array.from({ length: 600 }, () => tree(random, 5, exotic));
    expect(await echoed(await createGuest(), all)).toStrictEqual(all);
    // Large ones make their templates at once.
    const large = [all.slice(0, 200), all.slice(200, 400), { all }, all];
    expect(await echoed(await createGuest(), [...large, ...large])).toStrictEqual([...large, ...large]);
  });

  test("at the edges: long, wide, deep, with holes, names of their own and objects that come twice", async () => {
    const shared = { x: 1 };
    const cyclic: unknown[] = [1];
    cyclic.push(cyclic);
    const deep = (levels: number): unknown => (levels === 0 ? { i: 1 } : { i: [deep(levels - 1)] });
    const wide = (count: number): Flat => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]));
    // eslint-disable-next-line no-sparse-arrays
    const all: unknown[] = [
      [],
      {},
      [[]],
      [{}],
      [1, , 3],
      Object.assign([1], { name: 1 }),
      [shared, shared],
      deep(15),
      deep(16),
      deep(40),
    ];
    all.push(
      wide(31),
      wide(32),
      wide(33),
      Array(65_536).fill(1),
      Array(65_537).fill(1),
      Array(2000).fill(wide(3)),
      cyclic,
    );
    all.push(["☃".repeat(10_000), "x".repeat(100_000)], [undefined], { i: undefined }, [[[[]]], [[{ x: [] }]]]);
    const many = [...all, ...all, ...all, ...all, ...all];
    const back = await echoed(await createGuest(), many);
    expect(back).toStrictEqual(many);
    expect([...Object.keys(back[4] as object)]).toEqual(["0", "2"]);
    const [first, second] = back[6] as [object, object];
    expect(first).toBe(second);
  });

  test("of a size that is a share of the guest's memory end it when they are too large, not the host", async () => {
    const guest = await createGuest({ memoryMb: 32 });
    const ended = new Promise((resolve) => guest.onSystem("destroyed", ({ reason }) => resolve(reason)));
    const item = { id: 1, name: "some name", tags: ["a", "b"], at: { x: 0.5, y: 1.5 } };
    const large = Array(40_000)
      .fill(0)
      .map((_, id) => ({ ...item, id }));
    await guest.evaluate(`globalThis.kept = []; NETWORK.on("m", (value) => kept.push(value)); 0`);
    for (let tries = 0; tries < 40 && !guest.destroyed; tries++) {
      guest.send("m", large);
      await guest.evaluate("0").catch(() => {});
    }
    expect(await ended).toBe("memory_limit_exceeded");
  });
});
