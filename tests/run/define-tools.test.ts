import { afterAll, describe, expect, test } from "bun:test";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import ts from "typescript";
import * as v from "valibot";
import { z } from "zod";
import { ArgumentError, V8Sandbox } from "../../lib/index.ts";
import { defineTools, run } from "../../lib/run/index.ts";
import type { RunSuccess } from "../../lib/run/index.ts";
import { thrown } from "../api/harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

/** What the compiler says of a program beside declarations. */
function check(declarations: string, program: string): string[] {
  const files: Record<string, string> = { "tools.d.ts": declarations, "program.ts": `${program}\nexport {};` };
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, ...rest) =>
    files[name] === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, files[name], ts.ScriptTarget.ESNext);
  host.fileExists = (name) => name in files || fileExists(name);
  const all = ts.getPreEmitDiagnostics(ts.createProgram(Object.keys(files), options, host));
  return all.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}

const zodSearch = {
  description: "Finds products by their name.\nThe best come first.",
  input: z.object({
    query: z.string().min(1).describe("words of the name"),
    limit: z.number().int().max(50).default(10).describe("how many at most"),
    order: z.enum(["price", "name"]).optional(),
  }),
  output: z.array(z.object({ name: z.string(), price: z.number().nullable(), "per unit": z.string().optional() })),
};

describe("declarations", () => {
  test("are the schemas', with their comments", () => {
    const tools = defineTools({
      search: { ...zodSearch, run: ({ query, limit }) => [{ name: query, price: limit }] },
      now: { description: "The time, in milliseconds.", output: z.number(), run: () => Date.now() },
      db: defineTools({ "get-all": { run: () => [] } }),
    });
    expect(tools.declarations()).toBe(`declare const tools: {
  /**
   * Finds products by their name.
   * The best come first.
   */
  search(input: {
    /**
     * words of the name
     * @minLength 1
     */
    query: string;
    /**
     * how many at most
     * @maximum 50
     * @default 10
     * @integer
     */
    limit?: number;
    order?: "price" | "name";
  }): Promise<{
    name: string;
    price: number | null;
    "per unit"?: string;
  }[]>;
  /** The time, in milliseconds. */
  now(): Promise<number>;
  readonly db: {
    "get-all"(): Promise<unknown>;
  };
};
`);
  });

  test.each<[string, any]>([
    ["zod", z.object({ query: z.string(), limit: z.number().optional() })],
    ["valibot", toStandardJsonSchema(v.object({ query: v.string(), limit: v.optional(v.number()) }))],
    ["arktype", type({ query: "string", "limit?": "number" })],
  ])("of %s", (_, input) => {
    const tools = defineTools({ search: { input, output: input, run: (given: any) => given } });
    const declarations = tools.declarations("api");
    expect(
      check(declarations, "const { query, limit } = await api.search({ query: 'x' }); query.length; limit!.toFixed();"),
    ).toEqual([]);
    expect(check(declarations, "await api.search({ query: 5 });")).toHaveLength(1);
    expect(check(declarations, "await api.search({ limit: 5 });")).toHaveLength(1);
  });

  test("of all kinds of schemas are TypeScript", () => {
    const node: z.ZodType = z.lazy(() => z.object({ value: z.string(), next: node.optional(), all: z.array(node) }));
    const input = z.object({
      list: z.array(z.union([z.string(), z.number()])),
      pair: z.tuple([z.string(), z.number()]).rest(z.boolean()),
      record: z.record(z.string(), z.number()),
      either: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a"), a: z.string() }),
        z.object({ kind: z.literal("b"), b: z.number() }),
      ]),
      both: z.intersection(z.object({ x: z.string() }), z.object({ y: z.number() })),
      node,
      anything: z.unknown(),
      never: z.never().optional(),
      loose: z.looseObject({ known: z.string() }),
      text: z.string().describe("ends */ here"),
      "odd key": z.null(),
    });
    const declarations = defineTools({ f: { input, output: node, run: () => 1 } }).declarations();
    const program = `
      const { value, next, all } = await tools.f({
        list: ["a", 1], pair: ["a", 1, true], record: { a: 1 }, either: { kind: "a", a: "x" }, both: { x: "a", y: 1 },
        node: { value: "a", all: [{ value: "b", all: [] }] }, anything: Symbol(), loose: { known: "a", other: 5 }, text: "", "odd key": null,
      });
      next?.next?.all[0]?.value.length; all[0]!.value; value;`;
    expect(check(declarations, program)).toEqual([]);
    for (const wrong of [
      "list: [true]",
      'pair: ["a"]',
      'record: { a: "x" }',
      'either: { kind: "a", b: 1 }',
      'both: { x: "a" }',
      "node: { value: 1, all: [] }",
    ])
      expect([
        wrong,
        check(declarations, program.replace("list:", `${wrong}, list2:`).replace("list2", "list")).length > 0,
      ]).toEqual([wrong, true]);
  });

  test("say unknown where a schema cannot, and take JSON Schema that is given", () => {
    const bare = v.object({ query: v.string() });
    expect(defineTools({ f: { input: bare, run: ({ query }) => query } }).declarations()).toBe(
      "declare const tools: {\n  f(input: unknown): Promise<unknown>;\n};\n",
    );
    const tools = defineTools({
      f: {
        input: bare,
        inputJsonSchema: { type: "object", properties: { query: { type: "string" } } },
        outputJsonSchema: { const: 5 },
        run: () => 5,
      },
    });
    expect(tools.declarations()).toBe(
      "declare const tools: {\n  f(input: {\n    query?: string;\n  }): Promise<5>;\n};\n",
    );
    const dated = defineTools({ f: { input: z.object({ at: z.date() }), run: () => 1 } });
    const error = thrown(() => dated.declarations());
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain("the input of f has no JSON Schema");
  });

  test("are there one by one as well", () => {
    const tools = defineTools({
      search: { ...zodSearch, run: () => [] },
      db: defineTools({ get: { input: v.string(), run: (key) => key } }),
    });
    expect(tools.describe()).toMatchObject([
      {
        name: "search",
        description: zodSearch.description,
        input: { type: "object", required: ["query"] },
        output: { type: "array" },
      },
      { name: "db.get" },
    ]);
    expect(Object.keys(tools.describe()[1]!)).toEqual(["name"]);
  });

  test("have names that are identifiers", () => {
    const tools = defineTools({ f: { run: () => 1 } });
    expect(tools.declarations("api")).toContain("declare const api: {");
    for (const name of ["a b", "class", ""])
      expect(thrown(() => tools.declarations(name))).toBeInstanceOf(ArgumentError);
  });
});

describe("tools", () => {
  test("are called by guests, nested ones too, and get what the schema makes of the argument", async () => {
    const tools = defineTools({
      search: { ...zodSearch, run: ({ query, limit }, { name }) => [{ name: `${name} ${query}`, price: limit }] },
      db: defineTools({ get: { input: v.pipe(v.string(), v.toUpperCase()), run: (key) => key } }),
      none: { run: (input) => typeof input },
    });
    const code = "[await tools.search({ query: 'tea' }), await tools.db.get('k'), await tools.none(5)]";
    const result = (await run(code, { tools, sandbox })) as RunSuccess;
    expect(result.value).toEqual([[{ name: "tools.search tea", price: 10 }], "K", "undefined"]);
    const worker = await sandbox.createIsolate();
    worker.expose("shop", tools.api);
    expect(await worker.evaluate("shop.db.get('x')")).toBe("X");
    worker.destroy();
  });

  test.each<[string, any]>([
    ["zod", z.object({ query: z.string() })],
    ["valibot", v.object({ query: v.string() })],
    ["arktype", type({ query: "string" })],
  ])("a wrong argument, as %s sees it, is an error that names the path", async (_, input) => {
    let ran = 0;
    const tools = defineTools({ search: { input, run: () => ++ran } });
    const code =
      "await tools.search({ query: 5 }).catch(({ name, code, message, issues }) => [name, code, message, issues[0].path])";
    const result = (await run(code, { tools, sandbox })) as RunSuccess;
    expect(result.value).toEqual([
      "InputError",
      "ERR_INPUT",
      expect.stringContaining("tools.search(): input.query: "),
      ["query"],
    ]);
    expect(result.toolCalls).toMatchObject([{ name: "search", ok: false, error: { code: "ERR_INPUT" } }]);
    expect(ran).toBe(0);
  });

  test("a wrong answer is an error too, and no answer", async () => {
    const tools = defineTools({
      get: { output: z.object({ price: z.number() }), run: () => ({ price: "5", secret: "s" }) },
    });
    const code = "await tools.get().catch(({ name, code, message, issues }) => [name, code, message, issues])";
    const result = (await run(code, { tools, sandbox })) as RunSuccess<any>;
    expect(result.value.slice(0, 2)).toEqual(["OutputError", "ERR_OUTPUT"]);
    expect(result.value[2]).toContain("tools.get(): the host's answer is wrong: output.price: ");
    expect(result.value[3]).toMatchObject([{ path: ["price"] }]);
    const stripped = defineTools({
      get: { output: z.object({ price: z.number() }), run: () => ({ price: 5, secret: "s" }) },
    });
    expect((await run("tools.get()", { tools: stripped, sandbox })) as RunSuccess).toMatchObject({
      value: { price: 5 },
    });
  });

  test("an answer is bounded, whether the tool is watched or not", async () => {
    const tools = defineTools({
      some: { answerBytesMax: 1000, run: () => "x".repeat(900) },
      much: { answerBytesMax: 1000, run: () => ["x".repeat(1100)] },
      million: { run: () => "x".repeat(2 ** 20) },
      unlimited: { answerBytesMax: 0, run: () => "x".repeat(2 ** 21) },
    });
    const code = `[(await tools.some()).length, await tools.much().catch(({ name, code, message }) => [name, code, message]),
      await tools.million().catch(({ code }) => code), (await tools.unlimited()).length]`;
    const expected = [
      900,
      ["MessageTooLargeError", "ERR_MESSAGE_TOO_LARGE", expect.stringContaining("1000")],
      "ERR_MESSAGE_TOO_LARGE",
      2 ** 21,
    ];
    expect(((await run(code, { tools, sandbox })) as RunSuccess).value).toEqual(expected);
    const worker = await sandbox.createIsolate();
    worker.expose("tools", tools.api);
    expect(await worker.evaluate(code)).toEqual(expected);
    worker.destroy();
  });
});

describe("misuse", () => {
  test.each<[unknown, object]>([
    [5, { code: "ERR_ARGUMENT" }],
    [null, { code: "ERR_ARGUMENT" }],
    [[], { code: "ERR_ARGUMENT" }],
    [{ f: 5 }, { code: "ERR_ARGUMENT" }],
    [{ f: {} }, { code: "ERR_ARGUMENT" }],
    [{ f: { run: 5 } }, { option: "run" }],
    [{ f: { run: () => 1, inputs: 5 } }, { option: "inputs" }],
    [{ f: { run: () => 1, input: {} } }, { code: "ERR_ARGUMENT" }],
    [{ f: { run: () => 1, output: 5 } }, { code: "ERR_ARGUMENT" }],
    [{ f: { run: () => 1, description: 5 } }, { option: "description" }],
    [{ f: { run: () => 1, answerBytesMax: -1 } }, { option: "answerBytesMax" }],
  ])("defineTools(%p)", (definitions, error) => {
    expect(thrown(() => defineTools(definitions as {}))).toMatchObject(error);
  });
});
