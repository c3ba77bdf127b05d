// Packages that make code while they run: JavaScript (ajv, eta) and WebAssembly (hash-wasm); and what a guest that may not
// sees of it.
import { RequestError } from "network-runtime";
import { describe, expect, test } from "bun:test";
import Ajv from "ajv/dist/2020";
import standaloneCode from "ajv/dist/standalone";
import { useWork } from "./guest.ts";
import * as ajv from "./work/ajv.ts";
import * as eta from "./work/eta.ts";
import * as hashWasm from "./work/hash-wasm.ts";

const use = useWork("ajv", "eta", "hash-wasm");

/** What a request is refused with. */
async function refusal(answer: Promise<unknown>): Promise<RequestError> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RequestError);
  return error as RequestError;
}

describe("ajv", () => {
  const { guest, same } = use("ajv");
  const order: ajv.Question = {
    schema: {
      type: "object",
      properties: {
        id: { type: "string", format: "slug" },
        lines: { type: "array", minItems: 1, items: { $ref: "#/$defs/line" } },
        note: { type: "string", default: "none", maxLength: 4, pattern: "^\\p{L}+$" },
        payment: {
          type: "object",
          discriminator: { propertyName: "kind" },
          required: ["kind"],
          oneOf: [
            { properties: { kind: { const: "card" }, digits: { type: "string", minLength: 4 } }, required: ["digits"] },
            { properties: { kind: { const: "cash" } } },
          ],
        },
      },
      required: ["id", "lines"],
      unevaluatedProperties: false,
      $defs: {
        line: {
          type: "object",
          properties: { count: { type: "integer", even: true }, next: { $ref: "#/$defs/line" } },
          required: ["count"],
        },
      },
    },
    values: [
      { id: "a-1", lines: [{ count: "2" }], note: "abc" },
      { id: "a-1", lines: [{ count: 4, next: { count: 3 } }], payment: { kind: "card" } },
      { id: "A 1", lines: [], note: "12345", extra: true },
      null,
    ],
  };

  test("compiles schemas and validates", async () => {
    const answers = await same(ajv.validate, order);
    expect(answers).toMatchObject([
      { value: { lines: [{ count: 2 }] } },
      { errors: [{ instancePath: "/lines/0/next/count", keyword: "even" }, { keyword: "required" }] },
      { value: { note: "12345" } },
      { errors: [{ keyword: "type" }] },
    ]);
    expect(await same(ajv.complaint, { type: "nonsense" })).toContain("schema is invalid");
  });

  test("is refused code where a guest may not make any, by a typed error", async () => {
    using isolate = await guest({ codegen: false });
    const { code, guest: error } = await refusal(isolate.request("validate", order));
    expect([code, error.name]).toEqual(["ERR_REQUEST", "EvalError"]);
    expect(error.message).toContain("Code generation from strings is switched off");
    expect(await isolate.evaluate("1 + 1")).toBe(2);
  });

  test("works there with validators that the host has compiled", async () => {
    const compiler = new Ajv({ code: { source: true, lines: true }, allErrors: true });
    const schema = { type: "object", properties: { n: { type: "integer", minimum: 3 } }, required: ["n"] };
    const validate = compiler.compile(schema);
    using isolate = await guest({ codegen: false });
    await isolate.evaluate(
      `var module = {}; ${standaloneCode(compiler, validate)}; globalThis.check = module.exports; 0`,
    );
    for (const value of [{ n: 3 }, { n: 2.5 }, {}, "text"]) {
      const there = await isolate.evaluate(`[check(${JSON.stringify(value)}), check.errors]`);
      expect(there).toEqual([validate(value), validate.errors ?? null]);
    }
  });
});

describe("eta", () => {
  const { guest, same } = use("eta");
  const page = {
    templates: {
      layout: "<html><title><%= it.title %></title><%~ it.body %></html>",
      item: "<li><%= it.name %><% if (it.tags?.length) { %>: <%= it.tags.join(', ') %><% } %></li>\n",
      page: "<% layout('@layout', { title: it.title }) %>\n<ul>\n<% it.items.forEach((item) => { -%>\n<%~ include('@item', item) %><% }) %></ul>",
    },
    data: { title: "A & B", items: [{ name: "<b>", tags: ["x", "y"] }, { name: "`${1}`" }] },
  };

  test("renders pages of templates, at once and later", async () => {
    expect(await same(eta.render, page)).toContain("<title>A &amp; B</title>");
    expect(await same(eta.render, page)).toContain("<li>&lt;b&gt;: x, y</li>");
    expect(await same(eta.renderLater, ["a", "b", "c"])).toBe("[a][b][c]");
  });

  test("is refused code where a guest may not make any", async () => {
    using isolate = await guest({ codegen: false });
    expect((await refusal(isolate.request("render", page))).guest.message).toContain("is switched off");
  });
});

describe("hash-wasm", () => {
  const { guest, same } = use("hash-wasm");

  test("computes digests as SubtleCrypto does, and others", async () => {
    const { sha256, subtle, crc32 } = await same(hashWasm.digests, "The quick brown fox ".repeat(500));
    expect(sha256).toBe(subtle!);
    expect(crc32).toHaveLength(8);
    expect(await same(hashWasm.passwords, "correct horse")).toMatchObject({ matches: [true, false] });
  });

  test("has no WebAssembly where a guest may not have it", async () => {
    using isolate = await guest({ wasm: false });
    const { code, guest: error } = await refusal(isolate.request("digests", "x"));
    expect([code, error.message]).toEqual(["ERR_REQUEST", "WebAssembly is not supported in this environment!"]);
  });
});
