// https://console.spec.whatwg.org/#formatter, and what is printed of values
import { expect, test } from "bun:test";
import { inspect } from "node:util";
import type { ConsoleEvent } from "network-runtime";
import { collect, createGuest, run } from "./guest.ts";

async function entries(count: number, body: string): Promise<ConsoleEvent[]> {
  const guest = await createGuest();
  const received = collect<ConsoleEvent>(count, (take) => guest.onConsole(take));
  await run(body, guest);
  return received;
}

async function text(args: string): Promise<string> {
  return (await entries(1, `console.log(${args})`))[0]!.text;
}

test.each([
  [`"plain", 1, "two"`, "plain 1 two"],
  [`"%s is %d years and %i months, %f", "Bob", 42.9, "7.5", "1.25", "more"`, "Bob is 42 years and 7 months, 1.25 more"],
  [`"%o and %O", [1], { a: 1 }`, "[ 1 ] and { a: 1 }"],
  [`"%cstyled%c %%", "color: red", ""`, "styled %"],
  [`"100%", 5`, "100% 5"],
  [`"%s %s", 1`, "1 %s"],
  [`"%d %i %f", Symbol("a"), {}, "x"`, "NaN NaN NaN"],
  [`"%s", Symbol("a")`, "Symbol(a)"],
  [`"%x", 1`, "%x 1"],
  [`"%s"`, "%s"],
  [`{ [Symbol("q")]: 2 }`, "{ [Symbol(q)]: 2 }"],
  [`5, "%s", 1`, "5 %s 1"],
  [`-0, 1n, undefined, null, true, Symbol("s")`, "-0 1n undefined null true Symbol(s)"],
  [`1n << 40_000n, [-(1n << 40_000n)]`, "<a very large BigInt> [ <a very large BigInt> ]"],
  [`"%s %d", 1n << 40_000n, 1n << 40_000n`, "<a very large BigInt> <a very large BigInt>"],
  [``, ""],
])("log(%s)", async (args, expected) => {
  expect(await text(args)).toBe(expected);
});

/** What node's own inspect prints the same, as one value. */
test.each([
  `{ a: 1, "b-c": "it's" }`,
  `[1, "two", [3, [4, [5]]], , 6]`,
  `{ a: { b: { c: { d: 1 } } } }`,
  `new Map([["k", { v: 1 }], [1, new Set(["x"])]])`,
  `new Uint8Array(3)`,
  `[new Date(0), /a\\/b/gi, new Date(NaN)]`,
  `[function named() {}, () => {}, class A {}, class B extends Array {}, async () => {}, function* g() {}]`,
  `Object.assign(() => {}, { a: 1 })`,
  `{ get a() { throw 1; }, set b(v) {}, get c() { return 1; }, set c(v) {} }`,
  `[Promise.resolve(1), new Promise(() => {}), new WeakMap(), new WeakSet()]`,
  `[Object(1), Object("s"), Object(true), Object(1n), Object(Symbol("b"))]`,
  `Object.create(null)`,
  `Object.assign(Object.create(null), { x: 1 })`,
  `new (class Foo { a = 1; m = () => 2 })`,
  `new (class Bar extends Map {})([[1, 2]])`,
  `new Proxy({ a: 1 }, { get() { throw 1; } })`,
  `Array.from({ length: 103 }, () => "xxxxxxxxxxxxxxxxxxxxxxx")`,
  `{ text: "a\\nb\\tc\\u0001" }`,
  `(() => { const o = { name: "o" }; o.self = o; o.list = [o]; return o; })()`,
  `{ long: "x".repeat(60), other: "y".repeat(60) }`,
  `[undefined, null, NaN, -0, 10n]`,
  `new Array(5)`,
  `{}`,
  `[{ a: [] }, { a: { b: { c: [], d: {}, e: [1], f: new Map(), g: new Set([1]) } } }]`,
  `Array.from({ length: 101 }, (_, index) => index)`,
  `Array.from({ length: 7 }, (_, index) => index * 1.5)`,
  `Array.from({ length: 50 }, (_, index) => "x".repeat(index % 10))`,
  `Array.from({ length: 20 }, (_, a) => ({ a }))`,
  `{ a: { b: Array.from({ length: 10 }, (_, index) => BigInt(index)) } }`,
  `{ users: [{ name: "Ann", tags: ["x", "y"] }, { name: "Bob", tags: [] }], total: 2 }`,
  `{ a: "line one\\nline two that is long enough to be split over several lines of what is printed" }`,
  `["\\b\\f\\x0b\\x1b\\x7f\\x9f\\ud800\\ud83d\\ude00"]`,
  `{ $a: 1, ["__proto__"]: 2 }`,
  `[Object.create(Array.prototype), new (class Foo extends Array {})(1, 2), new (class Foo extends Set {})([1])]`,
  `[new (class Foo extends Date {})(0), new (class Foo extends RegExp {})("a"), new (class Foo extends String {})("s")]`,
  `[new (class Foo extends Uint8Array {})(2), new (class Foo extends Promise {})(() => {})]`,
  `[Object.setPrototypeOf([1], null), Object.setPrototypeOf(new Map([[1, 2]]), null), Object.setPrototypeOf(/a/, null)]`,
  `[Object.setPrototypeOf(function f() {}, null), Object.setPrototypeOf(new Number(1), null)]`,
  `[async function* g() {}, Object.assign(new String("ab"), { x: 1 }), (function () { return arguments })(1)]`,
  `[new Map([[1, 2]]).entries(), new Set([1]).values(), (async function* () {})()]`,
  `[Object.assign(new Error("m", { cause: "c" }), { stack: "S" })]`,
  `Object.assign(new (class MyFault extends Error {})("m"), { stack: "Error: m\\n    at x", code: 5 })`,
])("one value: %s", async (code) => {
  expect(await text(code)).toBe(inspect((0, eval)(`(${code})`) as unknown));
});

test("errors are shown with stacks, causes and what else they have", async () => {
  const [plain, more] = await entries(
    2,
    `console.log(new TypeError("m"));
     console.log({ err: Object.assign(new Error("e", { cause: (() => () => 1)() }), { code: "E_X" }) });`,
  );
  expect(plain!.text).toMatch(/^TypeError: m\n {4}at .*guest\.js:1:\d+/);
  expect(plain!.args[0]).toBeInstanceOf(TypeError);
  expect(more!.text).toMatch(/err: Error: e\n {6}at /);
  expect(more!.text).toContain("[cause]: [Function (anonymous)]");
  expect(more!.text).toContain("code: 'E_X'");
  expect(more!.args).toEqual([more!.text]);
});

test.each([
  [`new URLSearchParams("a=1&b=2&a=3")`, "URLSearchParams { 'a' => '1', 'b' => '2', 'a' => '3' }"],
  [`{ h: new Headers({ a: "b", "x-y": "z" }) }`, "{ h: Headers { a: 'b', 'x-y': 'z' } }"],
  [`[new Headers(), new FormData()]`, "[ Headers {}, FormData {} ]"],
  [`(() => { const form = new FormData(); form.append("a", "b"); return form; })()`, "FormData { a: 'b' }"],
  [`new Blob(["abc"], { type: "text/plain" })`, "Blob { size: 3, type: 'text/plain' }"],
  [`new File(["abc"], "n.txt", { lastModified: 5 })`, "File { size: 3, type: '', name: 'n.txt', lastModified: 5 }"],
  [`new AbortController()`, "AbortController { signal: AbortSignal { aborted: false } }"],
  [`AbortSignal.abort()`, "AbortSignal { aborted: true }"],
  [`new TextDecoder()`, "TextDecoder { encoding: 'utf-8', fatal: false, ignoreBOM: false }"],
  [`new (class Mine extends EventTarget { a = 1 })`, "Mine [EventTarget] { a: 1 }"],
  [`Object.create(URL.prototype)`, "URL {}"],
  [`({ [Symbol.toStringTag]: "URL" })`, "{ [Symbol(Symbol.toStringTag)]: 'URL' }"],
  [`Math`, "Object [Math] {}"],
  [`new Uint8Array([1, 255]).buffer`, "ArrayBuffer { [Uint8Contents]: <01 ff>, byteLength: 2 }"],
  [
    `(() => { const gone = new ArrayBuffer(2); gone.transfer(); return gone; })()`,
    "ArrayBuffer { (detached), byteLength: 0 }",
  ],
])("what the platform's objects have: %s", async (code, expected) => {
  expect(await text(code)).toBe(expected);
});

test("of a response and a URL what node shows", async () => {
  expect(await text(`new Response("x", { status: 201 })`)).toBe(
    "Response {\n  status: 201,\n  statusText: '',\n  headers: Headers { 'content-type': 'text/plain;charset=UTF-8' },\n" +
      "  bodyUsed: false,\n  ok: true,\n  redirected: false,\n  type: 'default',\n  url: ''\n}",
  );
  const url = "http://user:pw@example.com:8080/p/a?q=1&r=2#h";
  expect(await text(`new URL(${JSON.stringify(url)})`)).toBe(inspect(new URL(url)));
});

test("what a guest puts in place of an attribute's getter does not run", async () => {
  const guest = await createGuest();
  const received = collect<ConsoleEvent>(2, (take) => guest.onConsole(take));
  await run(
    `var calls = 0;
     const get = () => ++calls;
     for (const key of ["href", "searchParams"]) Object.defineProperty(URL.prototype, key, { get });
     Headers.prototype.forEach = Headers.prototype.entries = Headers.prototype[Symbol.iterator] = get;
     Number.parseFloat = Number.parseInt = get;
     console.log(new URL("http://a/"), new Headers({ a: "b" }));
     console.log("%f %d", "1.5", "2");
     globalThis.total = calls;`,
    guest,
  );
  expect(await guest.evaluate("total")).toBe(0);
  const [objects, numbers] = (await received).map(({ text }) => text);
  expect(objects).toContain("href: 'http://a/'");
  expect(objects).toContain("Headers { a: 'b' }");
  expect(numbers).toBe("1.5 2");
});

test("objects of the platform are shown by their class", async () => {
  for (const [code, shown] of [
    [`new Response("x")`, "Response"],
    [`new URL("http://a/b")`, "URL"],
    [`new Headers({ a: "b" })`, "Headers"],
    [`new AbortController().signal`, "AbortSignal"],
    [`new FormData()`, "FormData"],
    [`Math`, "Math"],
  ] as const)
    expect(await text(code)).toContain(shown);
});

test("arguments are data where they can be cloned, and text where not", async () => {
  const [entry] = await entries(1, `console.log({ a: [1] }, { f() {} }, 5, new Map([["k", () => 1]]))`);
  expect(entry!.args).toEqual([{ a: [1] }, "{ f: [Function: f] }", 5, "Map(1) { 'k' => [Function (anonymous)] }"]);
  expect(entry!.text).toBe("{ a: [ 1 ] } { f: [Function: f] } 5 Map(1) { 'k' => [Function (anonymous)] }");
});

test("dir shows as many levels as it is told", async () => {
  const deep = `{ a: { b: { c: { d: { e: 1 } } } } }`;
  const all = await entries(
    5,
    `let nested = {}; for (let level = 0; level < 1e4; level++) nested = { nested };
     console.dir(${deep}, { depth: 0 }); console.dir(${deep}, { depth: null }); console.dir(${deep}, { depth: 1 });
     console.dir(${deep}, { get depth() { throw 1; } }); console.dir(nested, { depth: Infinity });`,
  );
  expect(all.slice(0, 4).map((entry) => entry.text)).toEqual(
    [0, null, 1, 2].map((depth) => inspect({ a: { b: { c: { d: { e: 1 } } } } }, { depth })),
  );
  expect(all[4]!.text).toContain("[Object]");
});

test("what is wide at each of many levels costs no more than its text", async () => {
  const guest = await createGuest();
  const received = collect<ConsoleEvent>(2, (take) => guest.onConsole(take));
  await guest.evaluate(`let wide = {};
    for (let level = 0; level < 1e3; level++) wide = { wide, map: new Map([[wide, [wide]]]) };
    console.dir(wide, { depth: 0 });`);
  const before = guest.stats().cpuMs;
  await guest.evaluate("console.dir(wide, { depth: null })");
  // Some 30; 190 if the columns before each line, which are most of it, did not count.
  expect(guest.stats().cpuMs - before).toBeLessThan(100);
  expect((await received)[1]!.text.length).toBeLessThanOrEqual(65_536);
});

test("groups are indented", async () => {
  const all = await entries(
    5,
    `console.group("a"); console.log("b\\nc"); console.groupCollapsed("d"); console.log({ e: 1 }); console.groupEnd();
     console.groupEnd(); console.groupEnd(); console.log("f")`,
  );
  expect(all.map((entry) => entry.text)).toEqual(["a", "  b\n  c", "  d", "    { e: 1 }", "f"]);
});

test("what is huge, deep, wide or patched is bounded, and runs nothing of the guest's", async () => {
  const guest = await createGuest();
  const received = collect<ConsoleEvent>(4, (take) => guest.onConsole(take));
  await run(
    `var calls = 0;
     const spy = new Proxy({}, { get() { calls++; }, ownKeys() { calls++; return []; }, getPrototypeOf() { calls++; return null; } });
     Array.prototype.push = Array.prototype.join = String.prototype.slice = Object.keys = () => { calls++; };
     Object.defineProperty(Array.prototype, 0, { set() { calls++; }, configurable: true });
     Object.defineProperty(Object.prototype, Symbol.toStringTag, { get() { calls++; return "x"; }, configurable: true });
     console.log(spy, { toString() { calls++; }, inspect() { calls++; }, get a() { calls++; } });
     delete Array.prototype[0]; delete Object.prototype[Symbol.toStringTag];
     console.log("x".repeat(1e6), {});
     console.log(Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => ({ a: {} }))), () => {});
     let deep = {}; for (let i = 0; i < 1e5; i++) deep = { deep }; console.log(deep);
     globalThis.total = calls;`,
    guest,
  );
  expect(await guest.evaluate("total")).toBe(0);
  for (const { text } of await received) expect(text.length).toBeLessThanOrEqual(65_536);
});

test("of large lists the beginning, at no expense of the rest", async () => {
  const guest = await createGuest({ memoryMb: 64 });
  const received = collect<ConsoleEvent>(3, (take) => guest.onConsole(take));
  await run(
    `console.log([new Uint8Array(30_000_000)].length, Object.assign(new Uint8Array(3_000_000), { name: "n" }));
     console.log(Object.assign([], { length: 4294967295 }));
     const list = new Array(100_000).fill(0); delete list[1]; console.log(list);`,
    guest,
  );
  const [typed, endless, holey] = (await received).map(({ text }) => text);
  expect(typed).toStartWith("1 Uint8Array(3000000) [");
  expect(typed).toContain("... 2999900 more items");
  expect(typed).toContain("name: 'n'");
  expect(endless).toBe("[ <4294967295 empty items> ]");
  expect(holey).toContain("<1 empty item>");
});
