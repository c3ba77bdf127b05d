// Cloudflare's code mode, with our isolates instead of a Worker's.
import { describe, expect, test } from "bun:test";
import { createBrowserCodeTool } from "@cloudflare/codemode/browser";
import { OptionError } from "../../lib/index.ts";
import { createExecutor } from "../../lib/codemode/index.ts";
import type { ResolvedProvider } from "../../lib/codemode/index.ts";
import { BAD, GOOD, limits, weather } from "./programs.ts";

const executor = createExecutor({ limits });
const written = (code: string): string => `async () => {${code.replaceAll("CALL", "codemode.fetchWeather")}\n}`;

const inputSchema = { type: "object", properties: { location: { type: "string" } }, required: ["location"] };
const tools = {
  fetchWeather: { name: "fetchWeather", description: "Get weather", inputSchema, execute: weather as never },
};

type Executor = NonNullable<Parameters<typeof createBrowserCodeTool>[0]["executor"]>;
const code = createBrowserCodeTool({ tools: tools as never, executor: executor as Executor });
const execute = (text: string): Promise<{ result: unknown; logs?: string[] }> =>
  code.execute({ code: text } as never) as never;

describe("createBrowserCodeTool", () => {
  test.each(GOOD)("a program that $name", async ({ code: text, value }) => {
    expect((await execute(written(text))).result).toEqual(value as never);
  });

  test.each(BAD)("a program that $name", async ({ code: text, message }) => {
    await expect(execute(written(text))).rejects.toThrow(message);
  });

  test("tells what was printed", async () => {
    expect((await execute(written(GOOD[1]!.code))).logs).toEqual([
      "Fetching weather…",
      "[warn] failed: There is no weather in Atlantis.",
    ]);
  });
});

describe("the executor", () => {
  const provider = (name: string, fns: ResolvedProvider["fns"], prelude?: string): ResolvedProvider => ({
    ...{ name, fns },
    ...(prelude !== undefined && { prelude }),
  });

  test("has several providers, names as code mode writes them, and says which tool there is not", async () => {
    const providers = [
      provider("github", { "list-issues": async (label) => [label] }),
      provider("state", { delete: async (...args) => args.length, "2nd": async () => 2 }),
    ];
    const run = async (text: string) => executor.execute(text, providers);
    expect(
      await run("async () => [await github.list_issues('bug'), await state.delete_(1, 2), await state._2nd()]"),
    ).toEqual({
      ...{ result: [["bug"], 2, 2], logs: [] },
    });
    expect((await run("async () => github.close()")).error).toBe('Tool "close" not found');
    expect((await run("return await github.list_issues(7)")).result).toEqual([7]);
    expect((await run("async () => { await github; return 1 }")).result).toBe(1);
  });

  test("runs preludes, which add functions of the program's own, and counts lines from behind them", async () => {
    const prelude =
      "codemode.step = async (name, work) => {\n  // closures stay here\n  return [name, await work()];\n};";
    const providers = [provider("codemode", {}, prelude)];
    expect((await executor.execute("async () => codemode.step('a', () => 42)", providers)).result).toEqual(["a", 42]);
    const { result } = await executor.execute("async () => {\n  return new Error('x').stack;\n}", providers);
    expect(result).toContain("program.js:2:");
  });

  test("asks connectors for any tool, and heeds what they say instead of an answer", async () => {
    const binding = {
      callTool: async (method: string, args: unknown) => {
        if (method === "pay") return { __codemode_control__: "pause" };
        if (method === "fail") return { __codemode_control__: "error", message: "refused" };
        return [method, args];
      },
    };
    const run = async (text: string) => executor.execute(text, [], { connectors: [{ name: "shop", binding }] });
    expect((await run("async () => shop.search({ q: 'tea' })")).result).toEqual(["search", { q: "tea" }]);
    expect((await run("async () => shop.pay(1)")).error).toBe("__CODEMODE_PAUSE__");
    expect((await run("async () => shop.fail()")).error).toBe("refused");
  });

  test("never throws, and refuses names that are none, or taken", async () => {
    const fns = { a: async () => 1 };
    for (const name of ["tools", "a b", "delete", "x;evil()"]) {
      expect([name, (await executor.execute("async () => 1", [provider(name, fns)])).error]).toEqual([
        name,
        expect.stringContaining(name),
      ]);
    }
    expect((await executor.execute("async () => 1", [provider("x", fns), provider("x", fns)])).error).toContain("x");
    expect((await executor.execute("async () => 1", [provider("x", { "a-b": fns.a, "a.b": fns.a })])).error).toContain(
      "a_b",
    );
    expect((await createExecutor({ limits: { cpuMs: -1 } }).execute("async () => 1", [])).error).toContain("cpuMs");
    expect(() => createExecutor({ timeout: 1 } as object)).toThrow(OptionError);
  });
});
