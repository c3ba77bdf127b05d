import { describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { sources } from "./sources.ts";
import { rejection } from "../api/harness.ts";

const sandbox = new V8Sandbox();

describe("modules of a map", () => {
  test("import each other, by names and all at once, and are called by the host", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./main.js", {
      modules: {
        "./main.js": `import add, { two, three as drei } from "./lib/numbers.js"; import * as all from "./lib/numbers.js";
          export const handler = (event) => ({ sum: add(event.a, event.b), two, drei, names: Object.keys(all) });
          export default 5; export { two };`,
        "./lib/numbers.js": `export default (a, b) => a + b; export const two = 2, three = 3;`,
      },
    });
    expect(await m.handler({ a: 1, b: 2 })).toEqual({ sum: 3, two: 2, drei: 3, names: ["default", "three", "two"] });
    expect({ default: m.default, two: m.two, names: Object.keys(m) }).toEqual({
      default: 5,
      two: 2,
      names: ["default", "handler", "two"],
    });
    expect(Object.isFrozen(m)).toBe(true);
  });

  test("are one for a name, however it is written, and run once", async () => {
    await using worker = await sandbox.createIsolate();
    const modules = sources({
      "./a.js": `import { n } from "./x/../x/./b.js"; import "./x/b.js"; import "/x/b.js"; import "file:///x/b.js";
        import * as again from "./x/b.js"; export { n }; export const same = async () => (await import("./x/b.js")) === again;`,
      "./x/b.js": `globalThis.runs = (globalThis.runs ?? 0) + 1; export const n = runs;`,
    });
    const [first, second] = await Promise.all([
      worker.import("./a.js", { modules }),
      worker.import("a.js/../a.js", { modules: {} }).catch(() => worker.import("./a.js")),
    ]);
    expect([first.n, second.n, await first.same(), await worker.evaluate("runs")]).toEqual([1, 1, true, 1]);
  });

  test("another map's module of a known name is the one that is there", async () => {
    await using worker = await sandbox.createIsolate();
    await worker.import("./a.js", { modules: { "./a.js": "export const n = 1" } });
    const m = await worker.import("./b.js", {
      modules: { "./b.js": `export { n } from "./a.js"`, "./a.js": "export const n = 2" },
    });
    expect(m.n).toBe(1);
  });

  test("have live bindings and cycles", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./a.js", {
      modules: {
        "./a.js": `import { b, bump } from "./b.js"; export let count = 1; export const up = () => { count++; bump(); return [count, b()] };`,
        "./b.js": `import { count } from "./a.js"; let own = 0; export const bump = () => { own += 10 }; export const b = () => count + own;`,
      },
    });
    expect(await m.up()).toEqual([2, 12]);
    expect(await m.up()).toEqual([3, 23]);
    // A copy, as it was.
    expect(m.count).toBe(1);
  });

  test("import() finds what static imports do, relative to its module, also later", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./x/a.js", {
      modules: {
        "./x/a.js": `export const load = async (name) => (await import(name)).default; export const url = import.meta.url;`,
        "./x/b.js": "export default 'x/b'",
        "./b.js": "export default 'b'",
        lib: "export { default } from './lib/inner.js'",
        "lib/inner.js": "export default import.meta.url",
      },
    });
    expect(m.url).toBe("file:///x/a.js");
    expect(await m.load("./b.js")).toBe("x/b");
    expect(await m.load("../b.js")).toBe("b");
    expect(await m.load("lib")).toBe("package:///lib/inner.js");
    expect(await worker.evaluate(`(await import("./b.js")).default`)).toBe("b");
    expect(
      await worker.evaluate(`import("./none.js").catch((error) => [error.name, error.code, error.message])`),
    ).toEqual(["TypeError", "ERR_MODULE_NOT_FOUND", "There is no module './none.js', which file:/// imports"]);
  });

  test("import() of an isolate without modules finds nothing, and says so", async () => {
    await using worker = await sandbox.createIsolate();
    const answer = await worker.evaluate(`import("./a.js").catch((error) => error.message)`);
    expect(answer).toContain("'./a.js'");
  });

  test("import() that nobody waits for goes on when the import is done, or has failed", async () => {
    await using worker = await sandbox.createIsolate();
    const texts: Record<string, string> = {
      "./a.js": `globalThis.late = import("./late.js"); export const n = 1`,
      "./b.js": `globalThis.later = import("./later.js"); throw new Error("x")`,
      "./late.js": "export const n = 2",
      "./later.js": "export const n = 3",
    };
    const done = Promise.withResolvers<void>();
    const modules = async (name: string): Promise<string | undefined> => {
      if (name.startsWith("./late")) await done.promise;
      return texts[name];
    };
    expect((await worker.import("./a.js", { modules })).n).toBe(1);
    expect(await rejection(worker.import("./b.js", { modules }))).toMatchObject({ code: "ERR_EVALUATION" });
    done.resolve();
    expect(await worker.evaluate("(async () => [(await late).n, (await later).n])()")).toEqual([2, 3]);
  });

  test("wait for top-level await, in the language's order", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./main.js", {
      modules: {
        "./main.js": `import "./slow.js"; import "./quick.js"; log.push("main"); export const order = log;`,
        "./slow.js": `globalThis.log = ["slow begins"]; await new Promise((resolve) => setTimeout(resolve, 5)); log.push("slow ends");`,
        "./quick.js": `log.push("quick");`,
      },
    });
    expect(m.order).toEqual(["slow begins", "quick", "slow ends", "main"]);
  });

  test("JSON and text by their attributes", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./main.js", {
      modules: {
        "./main.js": `import json from "./data.json" with { type: "json" }; import text from "./data.json" with { type: "text" };
          import plain from "./page.html" with { type: "text" }; import again from "./data.json" with { type: "json" };
          export const late = async () => (await import("./data.json", { with: { type: "json" } })).default === json;
          export { json, text, plain }; export const same = json === again;`,
        "./data.json": `{"__proto__": 1, "a": [1, "ö"]}`,
        "./page.html": "<p>",
      },
    });
    expect([m.json.a, m.text, m.plain, m.same, await m.late()]).toEqual([
      [1, "ö"],
      `{"__proto__": 1, "a": [1, "ö"]}`,
      "<p>",
      true,
      true,
    ]);
  });

  test("attributes that there are not", async () => {
    await using worker = await sandbox.createIsolate();
    const modules = {
      "./a.js": `import "./b.js" with { type: "css" }`,
      "./c.js": `import "./b.js" with { color: "red" }`,
      "./b.js": "",
    };
    for (const entry of ["./a.js", "./c.js"]) {
      const error = await rejection(worker.import(entry, { modules }));
      expect(error).toMatchObject({ code: "ERR_EVALUATION", guest: { name: "SyntaxError" } });
    }
  });

  test("are strict, have no this, and globals are those of scripts", async () => {
    await using worker = await sandbox.createIsolate();
    worker.execute("var shared = 3");
    const m = await worker.import("./a.js", {
      modules: {
        "./a.js": `export const facts = [typeof this, (function () { return this })() === undefined, shared, typeof NETWORK]`,
      },
    });
    expect(m.facts).toEqual(["undefined", true, 3, "object"]);
  });
});

describe("exports on the host", () => {
  test("errors of calls are errors of the guest, and the module goes on", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./a.js", {
      modules: {
        "./a.js": `export function fail(x) {\n  throw new RangeError("no " + x);\n}\nexport class C {}; export const f = () => 1`,
      },
    });
    const error = await rejection(m.fail("tea"));
    expect(error).toMatchObject({
      name: "EvaluationError",
      guest: { name: "RangeError", message: "no tea", filename: "file:///a.js", lineno: 2, colno: 9 },
    });
    expect((error as Error).message).toBe('import("./a.js").fail(): the guest threw RangeError: no tea');
    expect(await rejection(m.C())).toMatchObject({ guest: { name: "TypeError" } });
    expect(await rejection(m.f(() => 1))).toMatchObject({ code: "ERR_DATA_CLONE" });
    expect(await m.f()).toBe(1);
  });

  test("what cannot be cloned says so when it is read; then is left out", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./a.js", {
      modules: {
        "./a.js": `export const weak = new WeakMap(), symbol = Symbol(), fine = new Map([[1, 2n]]); export const then = (f) => f(1);`,
      },
    });
    expect(m.fine).toEqual(new Map([[1, 2n]]));
    expect(() => m.weak).toThrow("could not be cloned");
    expect(() => m.symbol).toThrow(expect.objectContaining({ code: "ERR_DATA_CLONE" }));
    expect("then" in m).toBe(false);
  });

  test("an AbortSignal behind the arguments gives the call up", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./a.js", {
      modules: {
        "./a.js": `export const wait = () => new Promise(() => {}); export const loop = () => { for (;;); }; export const f = (...args) => args.length`,
      },
    });
    const controller = new AbortController();
    const waiting = rejection(m.wait(1, controller.signal));
    controller.abort();
    expect(await waiting).toMatchObject({ code: "ERR_ABORTED" });
    expect(await rejection(m.loop(AbortSignal.timeout(20)))).toMatchObject({ code: "ERR_ABORTED" });
    expect(await m.f(1, 2, AbortSignal.timeout(60_000))).toBe(2);
  });
});
