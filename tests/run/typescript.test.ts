import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { V8Sandbox } from "../../lib/index.ts";
import { run } from "../../lib/run/index.ts";

const sandbox = new V8Sandbox({ threads: 2 });
const folder = mkdtempSync(join(tmpdir(), "network-runtime-"));
afterAll(() => {
  sandbox.shutdown();
  rmSync(folder, { recursive: true });
});

const ts = (code: string) => run(code, { language: "ts", sandbox });

describe("TypeScript", () => {
  test.each<[string, unknown]>([
    ["const a: number = 6; (a satisfies number) * 7", 42],
    ["interface X { a: string }\nenum E { A, B = 5 }\nconst x = { a: 'b' } as X; [x!.a, E.B]", ["b", 5]],
    ["const twice = <T>(x: T): [T, T] => [x, x]; await Promise.resolve(twice(1))", [1, 1]],
    ["1 + 1", 2],
    ["'use strict'; 5", 5],
  ])("%s", async (code, value) => {
    expect(await ts(code)).toMatchObject({ ok: true, value });
  });

  test("what is none is a SyntaxError with its place", async () => {
    expect(await ts("const a = 1;\nconst b: = 5")).toMatchObject({
      ok: false,
      reason: "threw",
      error: { guest: { name: "SyntaxError", filename: "run.ts", lineno: 2, colno: 10 } },
    });
    expect(await run("const a: number = 1", { sandbox })).toMatchObject({ error: { guest: { name: "SyntaxError" } } });
  });

  test("macros do not run: they would in the host", async () => {
    const file = join(folder, "pwned");
    for (const attribute of ['with { type: "macro" }', 'assert { type: "macro" }']) {
      const code = `import { writeFileSync } from "node:fs" ${attribute};\nwriteFileSync(${JSON.stringify(file)}, "x");`;
      expect(await ts(code)).toMatchObject({ ok: false, reason: "threw" });
      expect(existsSync(file)).toBe(false);
    }
    const prefixed = `import { writeFileSync } from "macro:node:fs";\nwriteFileSync(${JSON.stringify(file)}, "x");`;
    expect(await ts(prefixed)).toMatchObject({ ok: false });
    expect(existsSync(file)).toBe(false);
  });

  test("what takes a parser long is refused, and nobody waits meanwhile", async () => {
    for (const slow of [`a${"<b".repeat(100_000)}`, "a<".repeat(20_000), "1;".repeat(3_000_000)]) {
      expect(await ts(slow)).toMatchObject({ reason: "threw", error: { guest: { name: "SyntaxError" } } });
    }
    for (const part of ["(", "[", "f(", "`${", "!", "({a:", "a?", "let x: Array<", "class A{a="]) {
      expect(await ts(part.repeat(20_000 / part.length))).toMatchObject({ ok: false });
    }
  });
});
