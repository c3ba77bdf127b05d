// Scripts with top-level await: they are scripts in every other respect.
import { describe, expect, test } from "bun:test";
import { EvaluationError } from "network-runtime";
import { createGuest } from "./guest.ts";

/** What the last of several scripts of one isolate comes to: its value, or the name of its error and its message. */
async function outcome(...scripts: string[]): Promise<unknown> {
  const guest = await createGuest();
  let value: unknown;
  for (const script of scripts) {
    value = await guest.evaluate<unknown>(script).catch((error: unknown) => {
      if (!(error instanceof EvaluationError)) throw error;
      return `${error.guest.name}: ${error.guest.message}`;
    });
  }
  return value;
}

const DECLARED = (name: string): string => `SyntaxError: Identifier '${name}' has already been declared`;

describe("the operator", () => {
  test.each<[string, unknown]>([
    ["await (Promise.resolve(3))", 3],
    ["await [1, 2]", [1, 2]],
    ["await -1", -1],
    ["await +1", 1],
    ["await `t`", "t"],
    ["await /x/g; 3", 3],
    ["await\n5", 5],
    ["await (0); await 1; 2", 2],
    ["const { a } = await (Promise.resolve({ a: 5 })); a", 5],
    ["'use strict'; await (Promise.resolve(4))", 4],
    ["let s = 0; for await (const x of [1, Promise.resolve(2)]) s += x; s", 3],
    ["if (false) await 0; 6", 6],
    ["[await (1), await (2)].length", 2],
    ["(await ([7]))[0]", 7],
    ["typeof await (0)", "number"],
  ])("%s", async (script, value) => {
    expect(await outcome(script)).toEqual(value);
  });

  test.each<[string, unknown]>([
    ["var await = (x) => x + 1; await (1)", 2],
    ["await: 3", 3],
    ["function await(x) { return -x } await (5)", -5],
    ["(function () { var await = 3; return await })()", 3],
    ["({ await: 4 }).await", 4],
    ["/* await */ 5", 5],
    ["'await'", "await"],
    ["f(); function f() { return (async () => await 1)() }", 1],
  ])("is a name where a script makes it one: %s", async (script, value) => {
    expect(await outcome(script)).toEqual(value);
  });

  test.each([
    "function f() { await 0 } 3",
    "(() => await 0); 3",
    "class A { static { await 0 } } 3",
    "async function f(a = await 0) {} 3",
    "await 0; class A { x = await 1 } 3",
    "await 0; var await = 3",
    "await 0; await: 3",
    "await 0 = 2",
    "eval('await 0')",
    "await 0; eval('await 1')",
    "aw\\u0061it 0",
  ])("is a SyntaxError where it cannot be: %s", async (script) => {
    expect(await outcome(script)).toStartWith("SyntaxError: ");
  });
});

describe("private names", () => {
  test.each([
    "await 0; class C { #x = 1 } new C().#x",
    "await 0; const c = new (class { #m() {} })(); c.#m()",
    "await 0; #x in {}",
    "await 0; ({}).#x = 1",
    "await 0; new Blob(['x']).#data",
    "await 0; delete ({}).#x",
    "await 0; eval('new Event(\"x\").#state')",
    "await 0; { ({}).#x }",
    "await 0; (() => ({}).#x)()",
    "await 0; ({})?.#x",
    "await 0; for (({}).#x of []);",
    "await 0; [({}).#x] = []",
  ])("are nobody else's: %s", async (script) => {
    expect(await outcome(script)).toStartWith("SyntaxError: ");
  });

  test("are a class's own", async () => {
    expect(await outcome("await 0; class C { #x = 1; get x() { return this.#x } } new C().x")).toBe(1);
  });
});

describe("declarations", () => {
  test.each<[string[]]>([
    [["await 0; let x = 1; let x = 2; x"]],
    [["await 0; let x = 1; var x = 2; x"]],
    [["await 0; let x = 1; function x() {}"]],
    [["await 0; class x {} class x {}"]],
    [["const x = 1;", "await 0; const x = 2; x"]],
    [["let x = 1;", "await 0; let x = 2; x"]],
    [["await 0; let x = 1;", "let x = 2; x"]],
    [["await 0; let x = 1;", "await 0; let x = 2; x"]],
    [["await 0; const x = 1;", "await 0; const x = 2; x"]],
    [["const x = 1;", "await 0; var x = 2; x"]],
    [["var x = 1;", "await 0; let x = 2; x"]],
  ])("of one name are refused: %j", async (scripts) => {
    expect(await outcome(...scripts)).toBe(DECLARED("x"));
  });

  test.each<[string[], unknown]>([
    [["await 0; const c = 1;", "c"], 1],
    [["await 0; let c = 1;", "c = 2; c"], 2],
    [["await 0; const c = 1;", "c = 2; c"], "TypeError: Assignment to constant variable."],
    [["await 0; const c = 1; c = 2; c"], "TypeError: Assignment to constant variable."],
    [["await 0; const c = 1; function f() { c = 2 } f()"], "TypeError: Assignment to constant variable."],
    [["await 0; class C {}", "typeof C"], "function"],
    [["await 0; var v = 1;", "globalThis.v"], 1],
    [["await 0; function f() {}", "typeof globalThis.f"], "function"],
    [["await 0; q = 3;", "delete globalThis.q"], true],
    [["await 0; var dv = 1;", "delete globalThis.dv"], false],
    [["var t = typeof q; await 0; function q() {}; t"], "function"],
    [["await 0; { function q() {} } typeof q", "typeof globalThis.q"], "function"],
    [["await 0; eval('let z = 1; z')", "typeof z"], "undefined"],
    [["await 0; eval('var z = 1')", "typeof globalThis.z"], "number"],
    [["await 0; let undefined = 2"], DECLARED("undefined")],
    [["await 0; try { z } catch (e) { var t = e.name } let z = 1; t"], "ReferenceError"],
    [["await 0; try { eval('z') } catch (e) { var t = e.name } let z = 1; t"], "ReferenceError"],
    [["await 0; try { (() => z)() } catch (e) { var t = e.name } let z = 1; t"], "ReferenceError"],
    [["await 0; let f = () => g; let g = 4; f()", "g + f()"], 8],
  ])("are the context's: %j", async (scripts, value) => {
    expect(await outcome(...scripts)).toEqual(value);
  });

  test("wait for their script", async () => {
    const guest = await createGuest();
    const first = guest.evaluate("await new Promise((resolve) => { globalThis.go = resolve }); let late = 5; late");
    expect(await guest.evaluate("try { late } catch (error) { error.name }")).toBe("ReferenceError");
    await guest.evaluate("go()");
    expect(await first).toBe(5);
    expect(await guest.evaluate("late += 1; late")).toBe(6);
  });
});

describe("the rest is a script's", () => {
  test.each<[string, unknown]>([
    ["await 0; this === globalThis", true],
    ["await 0; typeof arguments", "undefined"],
    ["await 0; if (true) { 7 }", 7],
    ["await 0; 6; var a = 9", 6],
    ["await 0; 6; let a = 9", 6],
    ["await 0; 6; function f() {}", 6],
    ["await 0; try { 5 } finally { 6 }", 5],
    ["await 0; for (let i = 0; i < 3; i++) i", 2],
    ["await 0; do { 3; break } while (0)", 3],
    ["await 0; a: { 4; break a }", 4],
    ["await 0; switch (1) { case 1: 'a'; case 2: 'b' }", "b"],
    ["await 0;", 0],
    ["await 0; with ({ a: 3 }) { a }", 3],
    ["await 0; 010", 8],
    ["'use strict'; await 0; (function () { return typeof this })()", "undefined"],
    ["await 0; var yield = 3; yield", 3],
    ["<!-- x\nawait 0; 3\n--> y", 3],
    ["#!/x\nawait 0; 3", 3],
    ["await 0; 3 // z", 3],
    ["await 0; { await using a = null; using b = null; 3 }", 3],
    ["await 0; var using = 3; using", 3],
    ["await 0; Promise.resolve(Promise.resolve(9))", 9],
    ["Promise.prototype.then = () => { throw 1 }; await 5; 3", 3],
    ["Object.prototype.then = function (r) { r('stolen') }; await 5; 3", 3],
    ["Object.defineProperty(Object.prototype, '.repl_result', { get() { return 'stolen' }, set() {} }); await 5; 3", 3],
  ])("%s", async (script, value) => {
    expect(await outcome(script)).toEqual(value);
  });

  test.each([
    "await 0; new.target",
    "await 0; return 5",
    "await 0; 3 /* open",
    "'use strict'; await 0; 010",
    "'use strict'; await 0; with ({}) {}",
    "await 0; ({ __proto__: 1, __proto__: 2 })",
    "await 0; /(/",
    "await 0; break",
    "await 0; 1 = 2",
    "await 0; a: a: 1",
    "await 0; import.meta",
    "import x from 'y'; await 0",
    "export default 1; await 0",
    "'use strict'; await 0; delete x",
    "await 0; using a = null",
    "await using a = null",
    "await 0; await using a = null",
    "await 0; switch (1) { case 1: using a = null }",
  ])("early errors: %s", async (script) => {
    expect(await outcome(script)).toStartWith("SyntaxError: ");
  });

  test("file, line and column of errors are its own, whatever it is called", async () => {
    const guest = await createGuest();
    for (const filename of ["a b.js", "plugins/ü.js", "x'\"`y.js"]) {
      const scripts = ["\n  await 0; throw new Error('x')", "\n  await 0; missing()", "await 0;\n  let a b"];
      const places = [
        [2, 18],
        [2, 12],
        [2, 9],
      ];
      for (const [index, script] of scripts.entries()) {
        const error = await guest.evaluate(script, { filename }).then(
          () => undefined,
          (reason: unknown) => reason as EvaluationError,
        );
        const [lineno, colno] = places[index]!;
        expect(error?.guest).toMatchObject({ filename, lineno, colno });
      }
    }
  });
});
