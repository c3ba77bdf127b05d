import { afterAll, describe, expect, test } from "bun:test";
import { OptionError, V8Sandbox } from "../../lib/index.ts";
import type { Isolate } from "../../lib/index.ts";
import { next, rejection } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

test.each<[string, object, unknown]>([
  ["a + b", { a: 1, b: 2 }, 3],
  ["a", { a: "'); throw 1; ('" }, "'); throw 1; ('"],
  ["a", { a: undefined }, undefined],
  ["typeof a + typeof b", { a: undefined }, "undefinedundefined"],
  ["m.get(k)", { m: new Map([["k", [1n]]]), k: "k" }, [1n]],
  ["a === b.a", ((a) => ({ a, b: { a } }))({ x: 1 }), true],
  ["if (a) { 7 } else { 8 }", { a: 1 }, 7],
  ["let x = a; x * 2", { a: 4 }, 8],
  ["a = a + 1; a", { a: 1 }, 2],
  ["await a; await Promise.resolve(a + 1)", { a: 1 }, 2],
  ["const y = await a; (async () => { await null; return y + a })()", { a: 1 }, 2],
  ["for await (const x of a) await x; a.length", { a: [1, 2] }, 2],
  ["[1, 2].map((x) => x * a)", { a: 2 }, [2, 4]],
  ["eval('a') + (0, eval)('typeof a')", { a: 1 }, "1undefined"],
  ["with ({ b: 1 }) { (() => a + b)() }", { a: 1 }, 2],
  ["(function () { eval('var b = 1'); return a + b })()", { a: 1 }, 2],
  ["'use strict'; (function () { return this })() === undefined && a", { a: 1 }, 1],
  ["this === globalThis && a", { a: 1 }, 1],
  ["new Function('return typeof a')()", { a: 1 }, "undefined"],
  ["globalThis.a", { a: 1 }, undefined],
  ["typeof Object + (NETWORK + undefined)", { Object: undefined, NETWORK: 1, undefined: 2 }, "undefined3"],
  ["`${ä}${$}${_}${𝒳}${__proto__}`", { ä: 1, $: 2, _: 3, "𝒳": 4, ["__proto__"]: 5 }, "12345"],
  ["class A { #p = a; static get(o) { return o.#p } } A.get(new A())", { a: 1 }, 1],
  ["", { a: 1 }, undefined],
  ["1", {}, 1],
])("%s", async (script, args, value) => {
  const worker = await sandbox.createIsolate();
  expect(await worker.evaluate<unknown>(script, { args })).toEqual(value);
});

describe("names are the script's only", () => {
  async function check(worker: Isolate): Promise<void> {
    expect(await worker.evaluate("typeof a + typeof globalThis.a + Object.keys(globalThis).includes('a')")).toBe(
      "undefinedundefinedfalse",
    );
  }

  test("after the script nobody has them, and another script has its own", async () => {
    const worker = await sandbox.createIsolate();
    for (let a = 0; a < 50; a++) expect(await worker.evaluate("a", { args: { a } })).toBe(a);
    await check(worker);
    expect(await worker.evaluate("var a = 1; let b = 2; a + b", { args: { c: 1 } })).toBe(3);
    expect(await worker.evaluate("a + b", { args: { a: 10 } })).toBe(12);
    expect(await worker.evaluate("a + b")).toBe(3);
  });

  test("functions of the script keep them, those of others do not get them", async () => {
    const worker = await sandbox.createIsolate();
    await worker.evaluate("globalThis.a = 'global'; let b = 'let'; function others() { return a + b }; others()");
    const script = `
      var seen = others();
      var lazily = function () { return () => [a, b, eval("a")] };
      a = a + "!";
      setTimeout(() => NETWORK.send("later", [a, b]));
      seen`;
    const later = next(worker, "later");
    expect(await worker.evaluate(script, { args: { a: "first", b: 1 } })).toBe("globallet");
    expect(await worker.evaluate(script, { args: { a: "second", b: 2 } })).toBe("globallet");
    expect(await later).toEqual(["first!", 1]);
    expect(await worker.evaluate("lazily()()")).toEqual(["second!", 2, "second!"]);
    expect(await worker.evaluate("[a, b, others()]")).toEqual(["global", "let", "globallet"]);
  });

  test("so they do while it awaits", async () => {
    const worker = await sandbox.createIsolate();
    const script = "const before = a; await new Promise((done) => setTimeout(done, 5)); [before, a]";
    const first = worker.evaluate(script.replace("before", "x").replace("before", "x"), { args: { a: 1 } });
    const second = worker.evaluate(script, { args: { a: 2 } });
    expect(await Promise.all([first, second])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await check(worker);
  });

  test("also functions that were optimized", async () => {
    const worker = await sandbox.createIsolate();
    const script = "var f = () => { let sum = 0; for (let i = 0; i < 1e5; i++) sum += a; return sum }; f(); f()";
    for (const a of [1, 2, 0.5, 3]) expect(await worker.evaluate(script, { args: { a } })).toBe(a * 1e5);
    expect(await worker.evaluate("a = 7; f = () => a; f()", { args: { a: 1 } })).toBe(7);
  });
});

describe("what the script declares stays as it is", () => {
  test("let, const, class, var and functions are the context's", async () => {
    const worker = await sandbox.createIsolate();
    const script = "let l = a; const c = a; class K { v = a } var v = a; function f() { return a + l }";
    await worker.evaluate(script, { args: { a: 1 } });
    expect(await worker.evaluate("[l, c, new K().v, v, f(), globalThis.v, globalThis.l]")).toEqual(
      [1, 1, 1, 1, 2, 1, null].map((value) => value ?? undefined),
    );
    expect(await worker.evaluate("l = 5; f() + a", { args: { a: 1 } })).toBe(7);
    await worker.evaluate("const late = await a", { args: { a: 3 } });
    expect(await worker.evaluate("late")).toBe(3);
    expect((await rejection(worker.evaluate("c = 1"))).guest.name).toBe("TypeError");
    expect(await worker.evaluate("delete globalThis.v")).toBe(false);
  });

  test.each([
    ["let l = 1", "'l'"],
    ["const v = 1", "'v'"],
    ["var l = 1", "'l'"],
    ["let NETWORK", "'NETWORK'"],
    ["let a = 1", "'a'"],
    ["var a = 1", "'a'"],
    ["class a {}", "'a'"],
    ["function a() {}", "'a'"],
    ["const l = await 1", "'l'"],
    ["const a = await 1", "'a'"],
  ])("%s cannot be declared again", async (script, name) => {
    const worker = await sandbox.createIsolate();
    await worker.evaluate("let l = 0; var v = 0");
    const { guest } = await rejection(worker.evaluate(script, { args: { a: 1 } }));
    expect(guest).toMatchObject({ name: "SyntaxError", message: `Identifier ${name} has already been declared` });
    expect(await worker.evaluate("[l, v]")).toEqual([0, 0]);
    expect(await worker.evaluate("a", { args: { a: 1 } })).toBe(1);
  });

  test.each<[string, unknown]>([
    ["let x = 1; eval('a + x')", 2],
    ["let x = 1; (() => { 'use strict'; return eval('a + x') })()", 2],
    ["const x = 1; with ({ y: 1 }) { (() => a + x + y)() }", 3],
    ["let x = 1; (function () { eval('var b = 1'); return a + b + x })()", 3],
    ["let x = 0; with ({}) { a = 5; x = 1 } eval('a += 1'); [a, x, (() => a)()]", [6, 1, 6]],
    ["try { x } catch (error) { error.name } let x = a", "ReferenceError"],
    ["try { (() => x)() } catch (error) { error.name } const x = a", "ReferenceError"],
    ["try { x = 1 } catch (error) { error.name } let x = a", "ReferenceError"],
    ["const x = a; try { x = 2 } catch (error) { error.name }", "TypeError"],
    ["const x = a; try { (() => { x++ })() } catch (error) { error.name }", "TypeError"],
    ["let x = 0; for (let i = 0; i < 1e5; i++) x += a; x", 1e5],
    ["let x = 0; const f = () => { for (let i = 0; i < 1e5; i++) x += a }; f(); f(); x", 2e5],
    ["'use strict'; let x = a; const { y = x, ...z } = { w: 1 }; [x, y, z]", [1, 1, { w: 1 }]],
    ["let x = a, f = x => x + a; { let x = 5; f(x) }", 6],
    ["class K { static #s = a; static { K.t = K.#s } get v() { return K.t + a } } new K().v", 2],
    ["let x = a; (0, eval)('x + typeof a')", "1undefined"],
    ["let x = a; new Function('return x + typeof a')()", "1undefined"],
    ["function* g() { yield a; yield x } let x = 2; [...g()]", [1, 2]],
    ["const x = await a; let y = await x; eval('a + x + y')", 3],
    ["let é = a; é + \\u0061", 2],
    ["let yield_ = a, async = 1, of = 1, get = 1; yield_ + async + of + get", 4],
  ])("%s", async (script, value) => {
    const worker = await sandbox.createIsolate();
    expect(await worker.evaluate<unknown>(script, { args: { a: 1 } })).toEqual(value);
    expect(await worker.evaluate("typeof a")).toBe("undefined");
  });

  test("twice the same text declares twice", async () => {
    const worker = await sandbox.createIsolate();
    expect(await worker.evaluate("let x = a; x", { args: { a: 1 } })).toBe(1);
    expect((await rejection(worker.evaluate("let x = a; x", { args: { a: 2 } }))).guest.name).toBe("SyntaxError");
    expect(await worker.evaluate("x")).toBe(1);
    const other = await sandbox.createIsolate();
    expect(await other.evaluate("let x = a; x", { args: { a: 2 } })).toBe(2);
  });

  test("that many names, of both", async () => {
    const worker = await sandbox.createIsolate();
    const names = Array.from({ length: 300 }, (_, index) => `n${index}`);
    const args = Object.fromEntries(names.map((name, index) => [name, index]));
    const script = `${names.map((name) => `let own_${name} = ${name};`).join("")} (() => [${names.join()}])()`;
    expect(await worker.evaluate(script, { args })).toEqual(names.map((_, index) => index));
    expect(await worker.evaluate("own_n299 + typeof n299")).toBe("299undefined");
  });
});

describe("errors are where they are without", () => {
  test.each([
    "\n\n  throw new Error('e')",
    "\n  null.x",
    "\n let a b",
    "const x = 1;\n await null;\n   null.x",
    "(\n() => { throw\n 1 })()",
    "'\\u{110000}'",
    "#!/bin/sh\n missing",
    "null.x\n//# sourceURL=other.js",
    "null.x; await 1\n//# sourceURL=other.js",
    "(".repeat(100_000),
    "[".repeat(100_000) + "await 1",
    "let x = 1; let x = 2",
    "const x = 1;\n throw x",
  ])("%#", async (script) => {
    const worker = await sandbox.createIsolate();
    const other = await sandbox.createIsolate();
    const filename = "wrong.js";
    const { guest } = await rejection(worker.evaluate(script, { filename, args: { longer: 1, names: 2 } }));
    expect(guest).toEqual((await rejection(other.evaluate(script, { filename }))).guest);
  });
});

test("the same text with and without, and with other names", async () => {
  const worker = await sandbox.createIsolate();
  for (let round = 0; round < 3; round++) {
    expect(await worker.evaluate("typeof a + typeof b")).toBe("undefinedundefined");
    expect(await worker.evaluate("typeof a + typeof b", { args: { a: 1 } })).toBe("numberundefined");
    expect(await worker.evaluate("typeof a + typeof b", { args: { b: 1 } })).toBe("undefinednumber");
    expect(await worker.evaluate("typeof a + typeof b", { args: { b: 1, a: 1 } })).toBe("numbernumber");
  }
});

test("a value that leads back to itself does so in the guest", async () => {
  const worker = await sandbox.createIsolate();
  const a: { self?: object } = {};
  a.self = a;
  expect(await worker.evaluate("a.self === a && a === b[0]", { args: { a, b: [a] } })).toBe(true);
});

test("values are copies", async () => {
  const worker = await sandbox.createIsolate();
  const a = { list: [1] };
  await worker.evaluate("a.list.push(2)", { args: { a } });
  expect(a).toEqual({ list: [1] });
});

test.each([["a b"], ["1a"], [""], ["class"], ["await"], ["let"], ["eval"], ["a-b"], ["a\u2028"], ["null"], ["this"]])(
  "%j is no identifier",
  async (name) => {
    const worker = await sandbox.createIsolate();
    const error = await rejection(worker.evaluate("1", { args: { fine: 1, [name]: 1 } }));
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "args" });
    expect(error.message).toContain(JSON.stringify(name));
  },
);

test.each<[unknown]>([[null], [1], ["a"], [[1]], [() => {}]])("args cannot be %p", async (args) => {
  const worker = await sandbox.createIsolate();
  expect(await rejection(worker.evaluate("1", { args: args as object }))).toMatchObject({
    code: "ERR_OPTION",
    option: "args",
  });
});

test("what cannot be cloned, and what is too large, is refused", async () => {
  const worker = await sandbox.createIsolate({ messageBytesMax: 10_000 });
  expect(await rejection(worker.evaluate("1", { args: { f: () => {} } }))).toMatchObject({ code: "ERR_DATA_CLONE" });
  expect(await rejection(worker.evaluate("1", { args: { s: "x".repeat(20_000) } }))).toMatchObject({
    code: "ERR_MESSAGE_TOO_LARGE",
  });
  expect(worker.stats().callsPending).toBe(0);
  expect(await worker.evaluate("a", { args: { a: 1 } })).toBe(1);
});

test("limits hold", async () => {
  const worker = await sandbox.createIsolate({ cpuMs: 50 });
  expect(await rejection(worker.evaluate("while (a);", { args: { a: 1 }, timeoutMs: 20 }))).toMatchObject({
    code: "ERR_TIMEOUT",
  });
  expect(await rejection(worker.evaluate("while (a);", { args: { a: 1 } }))).toMatchObject({ code: "ERR_TERMINATED" });
});

test("a guest that changed what is built in changes nothing of it", async () => {
  const worker = await sandbox.createIsolate();
  await worker.evaluate(`
    Object.defineProperty(Object.prototype, "a", { get() { return "stolen" }, set() { throw 1 } });
    Array.prototype[Symbol.iterator] = Function.prototype.call = Function.prototype.bind = () => { throw 1 };
    Object.defineProperty(Array.prototype, 0, { set() { throw 1 } });
  `);
  expect(await worker.evaluate("a", { args: { a: "given" } })).toBe("given");
});

describe("places of errors are those of the script, with names and without", () => {
  const OPTIONS = [
    {},
    { lineOffset: 10, columnOffset: 5 },
    { functionBody: true },
    { functionBody: true, lineOffset: 10, columnOffset: 5 },
    { language: "ts" },
    { language: "ts", lineOffset: 10, columnOffset: 5 },
    { language: "ts", functionBody: true, lineOffset: 2 },
  ] as const;

  test.each([
    "a; null.x",
    "\n  a; null.x",
    "const q = a; null.x",
    "let q = a;\nfor (const one of [q]) null.x",
    "a = a + 1; throw new RangeError(`${a}`)",
    "[a].map((one) => { a; null.x })",
    "function f() {\n  a; null.x\n}\nf()",
    "(() => { a; (function () { a; null.x })() })()",
    "await a; null.x",
    "await a;\n const q = a; null.x",
    "const f = async () => { await a; a; null.x }; await f()",
    "a; eval('a; null.x')",
    "with ({ b: 1 }) { a; null.x }",
    "class A { static { a; null.x } }",
    "`${a}${null.x}`",
    "a; let q = ;",
    "a; JSON.parse('{')",
    "a; new URL('bad')",
    "a ; undeclared",
    "a.b.c.d",
  ])("%j", async (script) => {
    for (const options of OPTIONS) {
      // Each in an isolate of its own: what they declare clashes.
      const places: unknown[] = [];
      for (const args of [undefined, { a: 1 }]) {
        const worker = await sandbox.createIsolate();
        if (args === undefined) await worker.evaluate("globalThis.a = 1");
        const given = { filename: "script.js", ...options, ...(args && { args }) };
        const body = "functionBody" in options ? `return (async () => {${script}\n})()` : script;
        const { guest } = await rejection(worker.evaluate(body, given));
        places.push([guest.name, guest.message, guest.lineno, guest.colno, guest.stack]);
        worker.destroy();
      }
      expect([options, places[1]]).toEqual([options, places[0]]);
    }
  });

  test("and the error's own column is its stack's", async () => {
    const worker = await sandbox.createIsolate();
    for (const options of OPTIONS) {
      const { guest } = await rejection(
        worker.evaluate("\n a; null.x", { ...options, args: { a: 1 }, filename: "script.js" }),
      );
      expect(guest.stack).toContain(`script.js:${guest.lineno}:${guest.colno}`);
      expect(guest.colno).toBe(10);
    }
  });
});
