import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { V8Sandbox } from "../../lib/index.ts";
import { rejection, nextSystem } from "../api/harness.ts";

const sandbox = new V8Sandbox();

describe("TypeScript and JSX", () => {
  test("by their extensions, or as the source says", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./main.ts", {
      modules: {
        "./main.ts": `import type { Shape } from "./types.ts"; import { Kind } from "./kind.mts"; import { h } from "./h.js";
          import { view } from "./view.tsx"; import data from "./data.json" with { type: "json" };
          interface Event { readonly n: number }
          export const handler = (event: Event): unknown => [event.n as number, Kind.B, view, data!.a] satisfies unknown[];`,
        "./kind.mts": `export enum Kind { A, B }`,
        "./view.tsx": `export const view = <p title="x">{1 + 1}</p> as unknown;`,
        "./data.json": `{"a": 5}`,
        "./h.js": { source: "export const h: number = 1;", language: "ts" },
        "react/jsx-runtime": `export const jsx = (name, props) => [name, props];`,
      },
    });
    expect(await m.handler({ n: 1 })).toEqual([1, 1, ["p", { title: "x", children: 2 }], 5]);
  });

  test("what is only a type is not imported", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./main.ts", {
      modules: { "./main.ts": `import { Shape } from "./types.ts"; export const f = (shape: Shape) => shape;` },
    });
    expect(await m.f(1)).toBe(1);
  });

  test("scripts: their value is that of their last statement, args are bound, and they are run in order", async () => {
    await using worker = await sandbox.createIsolate();
    worker.execute("enum Kind { A, B } let seen: Kind[] = [Kind.A]; var b = 2 as number", { language: "ts" });
    expect(await worker.evaluate("({ seen, b } as any)", { language: "ts" })).toEqual({ seen: [0], b: 2 });
    expect(await worker.evaluate("b", { language: "ts" })).toBe(2);
    expect(
      await worker.evaluate("const x: number = await Promise.resolve(a); x + 1", { language: "ts", args: { a: 1 } }),
    ).toBe(2);
    expect(await worker.evaluate(`"use strict"; (() => this === undefined)()`, { language: "ts" })).toBe(false);
  });

  test("syntax errors name file, line and column of what was written", async () => {
    await using worker = await sandbox.createIsolate();
    expect(
      await rejection(worker.import("./a.ts", { modules: { "./a.ts": "interface A {}\nlet b: number = ;" } })),
    ).toMatchObject({
      code: "ERR_EVALUATION",
      guest: { name: "SyntaxError", message: "Unexpected ;", filename: "file:///a.ts", lineno: 2, colno: 17 },
    });
    expect(
      await rejection(worker.evaluate("let b: number = ;", { language: "ts", lineOffset: 9, columnOffset: 3 })),
    ).toMatchObject({
      guest: { name: "SyntaxError", filename: "evaluate.ts", lineno: 10, colno: 20 },
    });
    const told = nextSystem(worker, "error");
    worker.execute("let b: number = ;", { language: "ts", filename: "x.ts" });
    expect(await told).toMatchObject({ name: "SyntaxError", filename: "x.ts", lineno: 1, colno: 17 });
  });

  test("errors name places in what was written, whatever the transpiler moved", async () => {
    await using worker = await sandbox.createIsolate();
    const text = `interface Options {
  readonly name: string;
  readonly deep: { readonly value: number };
}

// A comment with fail() and throw new Error in it.
enum Kind { First = "first", Second = "second" }

type Handler = (options: Options) => void;

export const handler: Handler = (options) => {
  const kind: Kind = Kind.First as Kind;
  return inner(options, kind);
};

function inner<T extends Options>(options: T, kind: Kind): never {
  if (kind === Kind.Second) { throw new TypeError("second"); }
  const { deep } = options as { deep: Options["deep"] };
  throw new RangeError(\`no \${deep.value}\`);
}
`;
    const m = await worker.import("./lib/a.ts", { modules: { "./lib/a.ts": text } });
    const { guest } = await rejection(m.handler({ name: "x", deep: { value: 7 } }));
    expect(guest).toMatchObject({
      name: "RangeError",
      message: "no 7",
      filename: "file:///lib/a.ts",
      lineno: 19,
      colno: 13,
    });
    expect(guest.stack.split("\n").slice(0, 3)).toEqual([
      "RangeError: no 7",
      "    at inner (file:///lib/a.ts:19:13)",
      "    at handler (file:///lib/a.ts:13:10)",
    ]);
  });

  test("macros, which would run on the host, are refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "network-runtime-"));
    const proof = join(folder, "proof");
    const macro = join(folder, "macro.ts");
    writeFileSync(
      macro,
      `import { writeFileSync } from "node:fs"; export function evil() { writeFileSync(${JSON.stringify(proof)}, ""); return 1; }`,
    );
    await using worker = await sandbox.createIsolate();
    for (const text of [
      `import { evil } from ${JSON.stringify(macro)} with { type: "macro" }; evil();`,
      `import { evil } from "macro:${macro}"; evil();`,
      `import * as all from ${JSON.stringify(macro)} with { type: "macro" }; all.evil();`,
      `import { evil } from ${JSON.stringify(macro)} assert { type: "macro" }; evil();`,
    ]) {
      for (const language of ["ts", "tsx", "jsx"] as const) {
        await rejection(worker.import("./a.js", { modules: { "./a.js": { source: text, language } } }));
        await rejection(worker.evaluate(text, { language }));
      }
    }
    expect(existsSync(proof)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test("nothing of the host's environment gets in", async () => {
    await using worker = await sandbox.createIsolate();
    process.env.NETWORK_RUNTIME_SECRET = "secret";
    const text = `export const seen = [typeof process, process.env.NODE_ENV].map(String); export const f = () => process.env.NETWORK_RUNTIME_SECRET + import.meta.env`;
    const m = await worker.import("./a.ts", { modules: { "./a.ts": text } });
    expect(m.seen).toEqual(["undefined", "production"]);
    expect(await rejection(m.f())).toMatchObject({ guest: { name: "ReferenceError" } });
  });

  test("too much text is refused, deep text does no harm", async () => {
    await using worker = await sandbox.createIsolate();
    const long = `// ${"x".repeat(5_000_000)}`;
    expect(await rejection(worker.evaluate(long, { language: "ts" }))).toMatchObject({
      guest: { name: "SyntaxError", message: expect.stringContaining("too many to transpile") },
    });
    for (const deep of ["[", "a=(", "let a: A<", "{", "a?", "!", "f(`${", "x=>", "class A extends "]) {
      await rejection(worker.evaluate(deep.repeat(100_000), { language: "ts" }));
    }
    await rejection(worker.evaluate("<a>".repeat(100_000), { language: "tsx" }));
    expect(await worker.evaluate("1", { language: "ts" })).toBe(1);
  });

  test("text that the transpiler takes minutes for is refused, text as people write it is not", async () => {
    await using worker = await sandbox.createIsolate();
    for (const slow of [
      "a<".repeat(20_000),
      `a${"<b".repeat(5000)}`,
      `x=a${"<b".repeat(30)};`.repeat(500),
      `(${"a<(".repeat(5000)}`,
      `${"a<".repeat(40)}b${">".repeat(40)} c`,
    ]) {
      expect(await rejection(worker.evaluate(slow, { language: "ts" }))).toMatchObject({
        guest: { name: "SyntaxError", message: expect.stringContaining('too many "<"') },
      });
    }
    const usual = `{ const f = <T extends Array<Map<string, T[]>>>(x: Promise<T>, n = 0): number => { for (let i = 0; i < 3; i++) n += i << 1
      if (n < 2 && n > 1) return n
      return n < 5 ? 1 : 2 }
      type A = Array<{ a: Set<string>; b: Map<string, Array<() => Promise<void>>> }> }\n`;
    expect(await worker.evaluate(`${usual.repeat(200)}1`, { language: "ts" })).toBe(1);
  });

  test("what a guest asks for again and again is transpiled once, or not for ever", async () => {
    await using worker = await sandbox.createIsolate();
    const text = "{ const x: number = 1; } ".repeat(100_000);
    let version = 0;
    const modules = (): string => `${text}// ${version++}\nexport {}`;
    await worker.import("./c.ts", { modules });
    const ask = `NETWORK.request("__module", [1, 0, "file:///c.ts", "", "x", "", 0, 0]).then(() => "text", (error) => error.code)`;
    const answers = await worker.evaluate(
      `(async () => { const all = []; for (let i = 0; i < 12; i++) all.push(await ${ask}); return all })()`,
    );
    expect((answers as string[])[0]).toBe("text");
    expect((answers as string[]).at(-1)).toBe("ERR_MODULE_SOURCE");
  }, 60_000);
});
