import { describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { ConsoleEvent } from "../../lib/index.ts";
import { nextSystem, rejection } from "../api/harness.ts";

const sandbox = new V8Sandbox();

const VLQ = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += VLQ[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}

/** A map by which each line of the generated text is a line further down of the source, and its columns are 2 to the left. */
function shifted(
  lines: number,
  down: number,
  sources = ["src/main.coffee"],
): { version: 3; sources: string[]; names: string[]; mappings: string } {
  const mappings = Array.from(
    { length: lines },
    (_, line) => `${vlq(2)}${vlq(0)}${vlq(line === 0 ? down : 1)}${vlq(0)}`,
  ).join(";");
  return { version: 3, sources, names: [], mappings };
}

function inline(map: unknown): string {
  return `\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}\n`;
}

const thrower = `\n  throw new Error("x");`;

describe("source maps", () => {
  test("inline ones, given ones, as JSON or object; of scripts and modules", async () => {
    await using worker = await sandbox.createIsolate();
    const map = shifted(3, 10);
    const expected = { filename: "src/main.coffee", lineno: 12, colno: 1 };
    expect((await rejection(worker.evaluate(thrower + inline(map)))).guest).toMatchObject(expected);
    expect((await rejection(worker.evaluate(thrower, { sourceMap: map }))).guest).toMatchObject(expected);
    expect((await rejection(worker.evaluate(thrower, { sourceMap: JSON.stringify(map) }))).guest).toMatchObject(
      expected,
    );
    for (const source of [thrower + inline(map), { source: thrower, sourceMap: map }]) {
      const name = `./${typeof source}.js`;
      expect((await rejection(worker.import(name, { modules: { [name]: source } }))).guest).toMatchObject(expected);
    }
    const told = nextSystem(worker, "error");
    worker.execute(thrower + inline(map));
    expect(await told).toMatchObject({ ...expected, stack: "Error: x\n    at src/main.coffee:12:1" });
  });

  test("a text without a map under the same name has no map", async () => {
    await using worker = await sandbox.createIsolate();
    await rejection(worker.evaluate(thrower, { filename: "a.js", sourceMap: shifted(3, 10) }));
    expect((await rejection(worker.evaluate(thrower, { filename: "a.js" }))).guest).toMatchObject({
      filename: "a.js",
      lineno: 2,
      colno: 3,
    });
  });

  test("indexed ones, with their sources' root", async () => {
    await using worker = await sandbox.createIsolate();
    const sourceMap = {
      version: 3,
      sourceRoot: "https://example.com/src/",
      sections: [
        { offset: { line: 0, column: 0 }, map: shifted(1, 0, ["a.ts"]) },
        { offset: { line: 1, column: 0 }, map: shifted(1, 6, ["b.ts"]) },
      ],
    };
    expect((await rejection(worker.evaluate(thrower, { sourceMap }))).guest).toMatchObject({
      filename: "https://example.com/src/b.ts",
      lineno: 7,
    });
  });

  test("of stacks, causes, several errors, rejections, and of what is shown and logged", async () => {
    await using worker = await sandbox.createIsolate();
    const shown: ConsoleEvent[] = [];
    worker.onConsole((event) => shown.push(event));
    const text = `\n\n  function f() { return new Error("inner"); } console.log(f()); console.log("at", f().stack); console.trace("here");\n  throw new AggregateError([f()], "outer", { cause: f() });`;
    const { guest } = await rejection(worker.evaluate(text, { filename: "x y(1).js", sourceMap: shifted(5, 100) }));
    const inner = "Error: inner\n    at f (src/main.coffee:103:1)\n    at src/main.coffee:104:1";
    expect(guest).toMatchObject({
      filename: "src/main.coffee",
      lineno: 104,
      cause: { stack: inner },
      errors: [{ stack: inner }],
    });
    expect(shown[0]!.text).toContain("at f (src/main.coffee:103:1)");
    expect((shown[0]!.args[0] as Error).stack).toContain("at f (src/main.coffee:103:1)");
    expect(shown[1]!.text).toContain("at f (src/main.coffee:103:1)");
    expect(shown[2]!.text).toContain("at src/main.coffee:103:1");
    const told = nextSystem(worker, "unhandledrejection");
    worker.execute(`\n  Promise.reject(new Error("x"))`, { sourceMap: shifted(3, 10) });
    expect(await told).toMatchObject({ filename: "src/main.coffee", lineno: 12 });
  });

  test("options that are none", async () => {
    await using worker = await sandbox.createIsolate();
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    for (const options of [
      { sourceMap: 5 },
      { sourceMap: null },
      { sourceMap: cyclic },
      { sourceMap: {}, language: "ts" },
      { language: "coffee" },
      { functionBody: 1 },
      { lineOffset: 0.5 },
      { columnOffset: 1e9 },
    ]) {
      const [option] = Object.keys(options);
      expect(await rejection(worker.evaluate("1", options as never))).toMatchObject({ code: "ERR_OPTION", option });
      expect(() => worker.execute("1", options as never)).toThrow(expect.objectContaining({ option }));
    }
  });
});

describe("hostile maps", () => {
  const big = 4_000_000;
  const hostile: Record<string, string> = {
    "no JSON": "{",
    "no map": "5",
    null: "null",
    "wrong types": JSON.stringify({ version: 3, sources: 5, mappings: 5 }),
    "sources of wrong types": JSON.stringify({ version: 3, sources: [5, null, {}], mappings: "AAAA;AACA;AAEA" }),
    garbage: JSON.stringify({ version: 3, sources: ["a"], mappings: "!!!;%%%;\u{1f600}" }),
    "numbers without end": JSON.stringify({ version: 3, sources: ["a"], mappings: "g".repeat(big) }),
    "lines without end": JSON.stringify({ version: 3, sources: ["a"], mappings: ";".repeat(big) }),
    "segments without end": JSON.stringify({ version: 3, sources: ["a"], mappings: "AAAA,".repeat(big / 5) }),
    "large deltas": JSON.stringify({ version: 3, sources: ["a"], mappings: "AAAA;AA//////H//////H;AA//////H//////H" }),
    "sources without end": `{"version":3,"mappings":"AAAA;AACA;AACA","sources":[${'"",'.repeat(big / 3)}""]}`,
    "a long root of many sources": JSON.stringify({
      version: 3,
      sourceRoot: "x".repeat(big),
      sources: Array(90_000).fill("a"),
      mappings: "AAAA;AACA;AACA",
    }),
    "a section far away": JSON.stringify({
      version: 3,
      sections: [{ offset: { line: 2 ** 31, column: 0 }, map: { version: 3, sources: ["a"], mappings: "AAAA" } }],
    }),
    "a section nowhere": JSON.stringify({
      version: 3,
      sections: [{ offset: { line: -1, column: NaN }, map: {} }, 5, null],
    }),
    "sections in sections": `{"version":3,"sections":[`.repeat(50_000),
    "sections without end": JSON.stringify({
      version: 3,
      sections: Array(100_000).fill({ offset: { line: 0, column: 0 }, map: { version: 3, sources: [], mappings: "" } }),
    }),
    "names of many lines": JSON.stringify({
      version: 3,
      sources: ["a\nError: b\n    at c"],
      mappings: "AAAA;AACA;AACA",
    }),
  };

  test.each(Object.keys(hostile))("%s: costs little, and the error arrives", async (name) => {
    await using worker = await sandbox.createIsolate();
    const before = process.memoryUsage.rss();
    const began = process.cpuUsage();
    const { guest } = await rejection(worker.evaluate(thrower, { sourceMap: hostile[name]! }));
    const { user, system } = process.cpuUsage(began);
    expect(guest.message).toBe("x");
    expect(guest.stack.split("\n").length).toBeLessThanOrEqual(2);
    expect((user + system) / 1e6).toBeLessThan(3);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(300);
  });

  test("stacks of many places, and lines without end", async () => {
    await using worker = await sandbox.createIsolate();
    const text = `\n  const error = new Error("x"); error.stack = ("at evaluate.js:2:3 ".repeat(50) + "\\n").repeat(70); throw error;`;
    const { guest } = await rejection(worker.evaluate(text, { sourceMap: shifted(3, 10) }));
    expect(guest.stack.match(/src\/main\.coffee:12:1/g)!.length).toBe(200);
    const long = `\n  var late = new Error("x"); late.stack = ":1:1".repeat(15_000); throw late;`;
    expect((await rejection(worker.evaluate(long, { sourceMap: shifted(3, 10) }))).guest.stack).toBe(
      ":1:1".repeat(15_000),
    );
  });

  test("maps of any number of scripts are bounded", async () => {
    await using worker = await sandbox.createIsolate();
    const give = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        const padding = `${index}`.padStart(8 << 20, "x");
        const sourceMap = JSON.stringify({ version: 3, sources: ["a"], mappings: "AAAA;AACA;AACA", padding });
        await worker.evaluate("1", { filename: `${index}.js`, sourceMap });
      }
      Bun.gc(true);
    };
    await give(10);
    const before = process.memoryUsage.rss();
    await give(60);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(150);
  });
});

describe("text that was wrapped", () => {
  test("lines and columns are counted as its author counts them", async () => {
    await using worker = await sandbox.createIsolate();
    const places = async (text: string, options: object): Promise<unknown> => {
      const { guest } = await rejection(worker.evaluate(text, options));
      return [guest.lineno, guest.colno, guest.stack?.split("\n").at(-1)];
    };
    const error = `throw new Error("x")`;
    expect(await places(error, { lineOffset: 10, columnOffset: 5 })).toEqual([11, 6, "    at evaluate.js:11:12"]);
    expect(await places(`\n${error}`, { lineOffset: 10, columnOffset: 5 })).toEqual([12, 1, "    at evaluate.js:12:7"]);
    expect(await places(`\n${error}`, { lineOffset: -1 })).toEqual([1, 1, "    at evaluate.js:1:7"]);
    expect(await places(`await 1; ${error}`, { lineOffset: 3, columnOffset: -9 })).toEqual([
      4,
      7,
      "    at evaluate.js:4:7",
    ]);
    expect(await places(`a; ${error}`, { lineOffset: 3, args: { a: 1 } })).toEqual([4, 4, "    at evaluate.js:4:10"]);
    expect(await places(`await a; ${error}`, { lineOffset: 3, args: { a: 1 } })).toEqual([
      4,
      16,
      "    at evaluate.js:4:16",
    ]);
    expect((await places(`let x = ;`, { lineOffset: 3, columnOffset: 2 })) as unknown[]).toMatchObject([
      4,
      11,
      expect.any(String),
    ]);
    // The same text elsewhere is not the script that is known.
    expect(await places(error, { lineOffset: 20 })).toEqual([21, 1, "    at evaluate.js:21:7"]);
    expect(await places(error, {})).toEqual([1, 1, "    at evaluate.js:1:7"]);
    expect(await places(`let n: number = 1;\n${error}`, { lineOffset: 7, language: "ts" })).toEqual([
      9,
      1,
      "    at evaluate.ts:9:11",
    ]);
  });

  test("a map's places are its own, whatever the offsets", async () => {
    await using worker = await sandbox.createIsolate();
    const { guest } = await rejection(worker.evaluate(thrower, { lineOffset: 50, sourceMap: shifted(3, 10) }));
    expect(guest).toMatchObject({ filename: "src/main.coffee", lineno: 12 });
  });
});

describe("bodies of functions", () => {
  test("return, await, and keep what they declare to themselves", async () => {
    await using worker = await sandbox.createIsolate();
    const body = { functionBody: true };
    expect(await worker.evaluate("return 1 + 1", body)).toBe(2);
    expect(await worker.evaluate("const a = await 2; if (a) return a; return 3 // done", body)).toBe(2);
    expect(await worker.evaluate("var kept = 1; let also = 2;", body)).toBeUndefined();
    expect(await worker.evaluate("typeof kept + typeof also")).toBe("undefinedundefined");
    expect(await worker.evaluate("return a + b", { ...body, args: { a: 1, b: 2 } })).toBe(3);
    expect(await worker.evaluate("const n: number = a; return n", { ...body, language: "ts", args: { a: 1 } })).toBe(1);
    expect(await worker.evaluate(`"use strict"; return (function () { return this })()`, body)).toBeUndefined();
    expect(await worker.evaluate("", body)).toBeUndefined();
  });

  test("in TypeScript may return and await at once, and its errors name places in it", async () => {
    await using worker = await sandbox.createIsolate();
    const body = { functionBody: true, language: "ts" } as const;
    expect(
      await worker.evaluate("const n: number = await Promise.resolve(42);\nreturn n as number; // last", body),
    ).toBe(42);
    expect(await worker.evaluate("'use strict'; return this === undefined || typeof this;", body)).toBeDefined();
    const text = "interface A { x: number }\nawait null;\nconst a: A | null = null;\nreturn a!.x;";
    const { guest } = await rejection(worker.evaluate(text, { ...body, filename: "body.ts", lineOffset: 10 }));
    expect([guest?.name, guest?.filename, guest?.lineno]).toEqual(["TypeError", "body.ts", 14]);
    const { guest: syntax } = await rejection(worker.evaluate("return (;", { ...body, columnOffset: 5 }));
    expect([syntax?.name, syntax?.lineno, syntax?.colno]).toEqual(["SyntaxError", 1, 14]);
    const { guest: escaping } = await rejection(worker.evaluate("}); globalThis.out = 1; (async () => {", body));
    expect(escaping?.name).toBe("SyntaxError");
    expect(await worker.evaluate("typeof out")).toBe("undefined");
  });

  test("errors are where they are in the body", async () => {
    await using worker = await sandbox.createIsolate();
    const at = async (text: string, options = {}): Promise<unknown> => {
      const { guest } = await rejection(worker.evaluate(text, { functionBody: true, ...options }));
      return [guest.name, guest.lineno, guest.colno];
    };
    expect(await at(`throw new TypeError("x")`)).toEqual(["TypeError", 1, 7]);
    expect(await at(`\n  null.x`, { lineOffset: 4 })).toEqual(["TypeError", 6, 8]);
    expect(await at(`let x = ;`)).toEqual(["SyntaxError", 1, 9]);
    const told = nextSystem(worker, "error");
    worker.execute(`return ) 1`, { functionBody: true });
    expect(await told).toMatchObject({ name: "SyntaxError", lineno: 1, colno: 8 });
  });

  test("what would end the body does not parse", async () => {
    await using worker = await sandbox.createIsolate();
    for (const text of [
      "}",
      "}); (() => {",
      "}, () => {",
      "} function g() {",
      "})(); (async () => {",
      "/*",
      "`",
      "}\n{",
      "} + {",
      "}, class {",
    ]) {
      expect([text, (await rejection(worker.evaluate(text, { functionBody: true }))).guest?.name]).toEqual([
        text,
        "SyntaxError",
      ]);
    }
  });
});
