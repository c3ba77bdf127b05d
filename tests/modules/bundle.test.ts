import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { bundleGuest } from "../../lib/bundle/index.ts";
import type { BundleError } from "../../lib/bundle/index.ts";
import { V8Sandbox } from "../../lib/index.ts";
import { rejection } from "../api/harness.ts";

const sandbox = new V8Sandbox();
const folder = mkdtempSync(join(tmpdir(), "network-runtime-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes files, and gives the path of the first. */
function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(folder, "project-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return join(root, Object.keys(files)[0]!);
}

describe("bundleGuest", () => {
  test("a file with an npm package, JSON, text and import(), for import", async () => {
    const entry = project({
      "main.ts": `import { twice } from "pkg"; import data from "./data.json"; import text from "./a.txt" with { type: "text" };
        export const handler = async (n: number) => [twice(n), data.a, text, (await import("./late.ts")).late];`,
      "node_modules/pkg/package.json": `{"name":"pkg","main":"./index.cjs"}`,
      "node_modules/pkg/index.cjs": "exports.twice = (n) => 2 * n;",
      "data.json": `{"a":1}`,
      "a.txt": "text",
      "late.ts": "export const late: string = 'late'",
    });
    const bundle = await bundleGuest(entry);
    expect([bundle.entry, Object.keys(bundle.modules)]).toEqual(["./main.js", ["./main.js"]]);
    await using worker = await sandbox.createIsolate();
    const m = await worker.import(bundle.entry, { modules: bundle.modules });
    expect(await m.handler(2)).toEqual([4, 1, "text", "late"]);
  });

  test("a real package of npm, whose results are the host's own", async () => {
    const entry = join(import.meta.dir, "fixtures/marked.ts");
    const { entry: name, modules, length } = await bundleGuest(entry, { minify: true });
    expect(length).toBeGreaterThan(10_000);
    await using worker = await sandbox.createIsolate();
    const m = await worker.import<typeof import("./fixtures/marked.ts")>(name, { modules });
    const host = await import("./fixtures/marked.ts");
    const text = "# Tea\n\n*and* [cake](https://example.com)";
    expect(await m.render(text)).toBe(host.render(text));
  });

  test("errors name the bundled files", async () => {
    const entry = project({
      "main.ts": `import { fail } from "./lib/fail.ts";\nexport const handler = () => fail();`,
      "lib/fail.ts": `interface A {\n  a: string\n}\nexport function fail(): never {\n  throw new RangeError("no");\n}`,
    });
    const { entry: name, modules } = await bundleGuest(entry);
    await using worker = await sandbox.createIsolate();
    const m = await worker.import(name, { modules });
    const { guest } = await rejection(m.handler());
    const path = (file: string): string => relative(process.cwd(), join(dirname(entry), file));
    expect(guest).toMatchObject({ name: "RangeError", filename: path("lib/fail.ts"), lineno: 5 });
    expect(guest.stack).toContain(`(${path("main.ts")}:2:`);
    expect(JSON.stringify(modules)).not.toContain("interface");
  });

  test("modules of node are refused by name, with what to use instead, wherever they are used", async () => {
    const entry = project({
      "main.ts": `import fs from "node:fs"; import { x } from "pkg"; import { Database } from "bun:sqlite"; fs.read(); x(); new Database();`,
      "node_modules/pkg/package.json": `{"name":"pkg"}`,
      "node_modules/pkg/index.js": `const { createHash } = require("crypto"); exports.x = createHash;`,
    });
    const error: BundleError = await rejection(bundleGuest(entry));
    expect(error).toMatchObject({ name: "BundleError", code: "ERR_BUNDLE" });
    expect(error.problems.map(({ message, file }) => [message, relative(dirname(entry), file!)]).sort()).toEqual([
      ['guests have no "bun:sqlite": ask the host for it: isolate.expose() gives the guest functions', "main.ts"],
      [
        'guests have no "crypto": use the global crypto (crypto.subtle, crypto.getRandomValues, crypto.randomUUID)',
        "node_modules/pkg/index.js",
      ],
      ['guests have no "node:fs": ask the host for it: isolate.expose() gives the guest functions', "main.ts"],
    ]);
    expect(error.message).toContain('guests have no "node:fs"');
  });

  test("what a package has for browsers instead counts", async () => {
    const entry = project({
      "main.js": `import pkg from "pkg"; export const seen = pkg;`,
      "node_modules/pkg/package.json": `{"name":"pkg","browser":{"crypto":false,"./node.js":"./browser.js"},"main":"./index.js"}`,
      "node_modules/pkg/index.js": `module.exports = [Object.keys(require("crypto")).length, require("./node.js")]`,
      "node_modules/pkg/node.js": `module.exports = require("fs")`,
      "node_modules/pkg/browser.js": `module.exports = "browser"`,
    });
    const { entry: name, modules } = await bundleGuest(entry);
    await using worker = await sandbox.createIsolate();
    expect((await worker.import(name, { modules })).seen).toEqual([0, "browser"]);
  });

  test("buffer, events and util on request", async () => {
    const text = `import { Buffer } from "node:buffer"; import { EventEmitter } from "events"; import { inherits, format } from "node:util";
      export const run = () => {
        const emitter = new EventEmitter(); let got; emitter.on("x", (value) => (got = value)); emitter.emit("x", 5);
        return [Buffer.from("tea").toString("hex"), got, format("%s-%d", "a", 1), typeof inherits];
      };`;
    const entry = project({ "main.js": text });
    expect((await rejection(bundleGuest(entry, { nodeModules: ["buffer", "events"] }))).problems).toHaveLength(1);
    const { entry: name, modules } = await bundleGuest(entry, { nodeModules: ["buffer", "events", "util"] });
    await using worker = await sandbox.createIsolate();
    expect(await (await worker.import(name, { modules })).run()).toEqual(["746561", 5, "a-1", "function"]);
  });

  test("syntax, packages and files that are not there", async () => {
    const entry = project({ "main.ts": `import "./none.ts"; import "no-such-package";\nexport {};` });
    const error: BundleError = await rejection(bundleGuest(entry));
    expect(error.problems).toHaveLength(2);
    expect(error.problems[0]).toMatchObject({ file: entry, line: 1 });
    const broken = project({ "main.ts": `\nlet x = ;` });
    expect((await rejection(bundleGuest(broken))).problems).toMatchObject([{ file: broken, line: 2, column: 9 }]);
    expect(await rejection(bundleGuest(join(folder, "none.ts")))).toMatchObject({ code: "ERR_BUNDLE" });
  });

  test("macros do not run", async () => {
    const proof = join(folder, "proof");
    const entry = project({
      "main.ts": `import { evil } from "./macro.ts" with { type: "macro" }; export const x = evil();`,
      "macro.ts": `import { writeFileSync } from "node:fs"; export const evil = () => writeFileSync(${JSON.stringify(proof)}, "");`,
    });
    expect((await rejection(bundleGuest(entry))).problems).toMatchObject([{ message: "Macros are disabled" }]);
    expect(existsSync(proof)).toBe(false);
  });

  test("other modules are left to the import", async () => {
    const entry = project({ "main.ts": `import { a } from "host:api"; export const b = a + 1;` });
    const { entry: name, modules } = await bundleGuest(entry, { external: ["host:api"] });
    await using worker = await sandbox.createIsolate();
    const m = await worker.import(name, { modules: [modules, { "host:api": "export const a = 1" }] });
    expect(m.b).toBe(2);
  });

  test.each([
    [5, {}, "ERR_ARGUMENT"],
    ["x.ts", { minify: 1 }, "ERR_OPTION"],
    ["x.ts", { nodeModules: ["fs"] }, "ERR_OPTION"],
    ["x.ts", { nodeModules: "buffer" }, "ERR_OPTION"],
    ["x.ts", { externals: [] }, "ERR_OPTION"],
    ["x.ts", { external: [5] }, "ERR_OPTION"],
  ])("%p, %p: %s", async (entry, options, code) => {
    expect(await rejection(bundleGuest(entry as never, options as never))).toMatchObject({ code });
  });
});
