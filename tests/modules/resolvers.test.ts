import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { V8Sandbox, moduleDirectory } from "../../lib/index.ts";
import type { ModuleContext } from "../../lib/index.ts";
import { rejection } from "../api/harness.ts";

const sandbox = new V8Sandbox();

describe("resolvers", () => {
  test("are asked by normalised names, and told who asks", async () => {
    await using worker = await sandbox.createIsolate();
    const asked: unknown[] = [];
    const texts: Record<string, string> = {
      "./a/main.js": `import "../b.js"; import "lib/x"; import "https://example.com/y.js?z#f"; import "./data.txt" with { type: "text" };`,
      "./b.js": "",
      "lib/x": "",
      "https://example.com/y.js?z#f": "",
      "./a/data.txt": "",
    };
    const modules = async (
      name: string,
      { specifier, referrer, type, signal }: ModuleContext,
    ): Promise<string | undefined> => {
      asked.push([name, specifier, referrer, type, signal.aborted]);
      return texts[name];
    };
    await worker.import("./x/../a/main.js", { modules });
    expect(asked).toEqual([
      ["./a/main.js", "./x/../a/main.js", undefined, undefined, false],
      ["./b.js", "../b.js", "./a/main.js", undefined, false],
      ["lib/x", "lib/x", "./a/main.js", undefined, false],
      ["https://example.com/y.js?z#f", "https://example.com/y.js?z#f", "./a/main.js", undefined, false],
      ["./a/data.txt", "./data.txt", "./a/main.js", "text", false],
    ]);
  });

  test("several are asked in their order", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./a.js", {
      modules: [
        { "./a.js": `export { b } from "./b.js"; export { c } from "./c.js"` },
        (name) => (name === "./b.js" ? "export const b = 1" : null),
        { "./b.js": "export const b = 2", "./c.js": "export const c = 3" },
      ],
    });
    expect([m.b, m.c]).toEqual([1, 3]);
  });

  test("what they throw is the cause on the host; the guest hears the module's name", async () => {
    await using worker = await sandbox.createIsolate();
    const failure = new Error("ENOENT: /etc/secret");
    const modules = (name: string): string => {
      if (name === "./main.js")
        return `export const told = await import("./b.js").catch((error) => [error.name, error.code, error.message, JSON.stringify(error), error.cause]);`;
      throw failure;
    };
    const { told } = await worker.import("./main.js", { modules });
    expect(told).toEqual([
      "TypeError",
      "ERR_MODULE_SOURCE",
      "The text of the module './b.js', which file:///main.js imports cannot be had",
      '{"code":"ERR_MODULE_SOURCE"}',
      undefined,
    ]);
    const error = await rejection(worker.import("./b.js", { modules }));
    expect(error).toMatchObject({ name: "ModuleSourceError", code: "ERR_MODULE_SOURCE", module: "./b.js" });
    expect(error.cause).toBe(failure);
  });

  test("what is no text", async () => {
    await using worker = await sandbox.createIsolate();
    for (const found of [5, {}, { source: 5 }, { source: "", language: "coffee" }, { source: "", sourceMap: 5 }]) {
      const error = await rejection(worker.import("./a.js", { modules: () => found as never }));
      expect(error).toMatchObject({ code: "ERR_MODULE_SOURCE" });
    }
  });

  test("one that never answers ends with the call's signal, and hears of it; the isolate goes on", async () => {
    await using worker = await sandbox.createIsolate();
    const given = new AbortController();
    const { promise: heard, resolve } = Promise.withResolvers<void>();
    const modules = (_: string, { signal }: ModuleContext): Promise<string> => {
      signal.addEventListener("abort", () => resolve());
      given.abort();
      return new Promise(() => {});
    };
    const importing = rejection(worker.import("./a.js", { modules, signal: given.signal }));
    // Two at once share nothing that waits.
    const kept = worker.import("./a.js", { modules: async () => "export const n = 1" });
    expect(await importing).toMatchObject({ code: "ERR_ABORTED" });
    await heard;
    expect((await kept).n).toBe(1);
    await worker.evaluate("1");
    expect(worker.stats().requestsPending).toBe(0);
  });

  test("one that never answers ends with an import that has failed already", async () => {
    await using worker = await sandbox.createIsolate();
    const heard = Promise.withResolvers<void>();
    const modules = (name: string, { signal }: ModuleContext): string | undefined | Promise<string> => {
      if (name === "./main.js") return `import "./never.js"; import "./none.js";`;
      if (name === "./none.js") return undefined;
      signal.addEventListener("abort", () => heard.resolve());
      return new Promise(() => {});
    };
    expect(await rejection(worker.import("./main.js", { modules }))).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
    await heard.promise;
    await worker.evaluate("1");
    expect(worker.stats().requestsPending).toBe(0);
  });

  test("one that never answers ends with the call's timeout", async () => {
    await using worker = await sandbox.createIsolate();
    const error = await rejection(worker.import("./a.js", { modules: () => new Promise(() => {}), timeoutMs: 30 }));
    expect(error).toMatchObject({ code: "ERR_TIMEOUT", message: 'import("./a.js"): no result within 30 ms.' });
    expect(await worker.evaluate("1")).toBe(1);
  });

  test("more modules at once than the isolate may have requests", async () => {
    await using worker = await sandbox.createIsolate({ requestsMax: 3 });
    const names = Array.from({ length: 50 }, (_, index) => `./${index}.js`);
    const modules = async (name: string): Promise<string> => {
      if (name !== "./main.js") return "globalThis.runs = (globalThis.runs ?? 0) + 1";
      return `${names.map((each) => `import ${JSON.stringify(each)};`).join("")} export const all = runs;`;
    };
    expect((await worker.import("./main.js", { modules })).all).toBe(50);
  });

  test("one that never answers ends with the isolate's wall limit", async () => {
    await using worker = await sandbox.createIsolate({ wallMs: 50 });
    const error = await rejection(worker.import("./a.js", { modules: () => new Promise(() => {}) }));
    expect(error).toMatchObject({ code: "ERR_TERMINATED", reason: "wall_limit_exceeded" });
  });

  test("requests that a guest makes up are refused", async () => {
    await using worker = await sandbox.createIsolate();
    await worker.import("./a.js", { modules: { "./a.js": "" } });
    for (const data of ["undefined", "5", "[]", "[1, 2, 3, 4, 5, 6]", "[{}, {}, 'file:///a.js', {}, 'x', 'y']"]) {
      const answer = await worker.evaluate(`NETWORK.request("__module", ${data}).catch((error) => error.code)`);
      expect(["ERR_ARGUMENT", "ERR_MODULE_NOT_FOUND"]).toContain(answer as string);
    }
    // What it can import it can read.
    expect(await worker.evaluate(`NETWORK.request("__module", [1, 0, "file:///a.js", "", "x", "", 0, 0])`)).toEqual([
      "js",
      "",
    ]);
  });
});

describe("what is not there", () => {
  test.each([
    ["./none.js", 'There is no module "./none.js", which file:///main.js:2:8 imports.'],
    ["./lib.js", 'There is no module "./lib.js", which file:///main.js:2:8 imports; did you mean "./lib.ts"?'],
    ["node:fs", /guests have no modules of node or Bun; ask the host for it/],
    ["crypto", /guests have no modules of node or Bun; use the global crypto/],
    ["bun:sqlite", /guests have no modules of node or Bun/],
  ])("%s", async (specifier, message) => {
    await using worker = await sandbox.createIsolate();
    const modules = { "./main.js": `\nimport "${specifier}";`, "./lib.ts": "" };
    const error = await rejection(worker.import("./main.js", { modules }));
    expect(error).toMatchObject({
      name: "ModuleNotFoundError",
      code: "ERR_MODULE_NOT_FOUND",
      specifier,
      referrer: "file:///main.js",
    });
    if (typeof message === "string") expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test("the entry, and modules at all", async () => {
    await using worker = await sandbox.createIsolate();
    expect((await rejection(worker.import("./a.js"))).message).toMatch(/no modules were given/);
    expect((await rejection(worker.import("a.js", { modules: { "./a.js": "" } }))).message).toBe(
      'There is no module "a.js"; did you mean "./a.js"?',
    );
  });

  test("exports and syntax, with their file, line and column; it can be imported when it is there", async () => {
    await using worker = await sandbox.createIsolate();
    const texts: Record<string, string> = {
      "./main.js": `import { b } from "./b.js";\nexport { b };`,
      "./b.js": "export const b = 1;\n  let x = ;",
      "./c.js": `\nimport { nope } from "./d.js";`,
      "./d.js": "export {}",
    };
    const modules = (name: string): string | undefined => texts[name];
    expect(await rejection(worker.import("./main.js", { modules }))).toMatchObject({
      code: "ERR_EVALUATION",
      guest: { name: "SyntaxError", filename: "file:///b.js", lineno: 2, colno: 11 },
    });
    expect(await rejection(worker.import("./c.js", { modules }))).toMatchObject({
      guest: { name: "SyntaxError", filename: "file:///c.js", lineno: 2, colno: 10 },
    });
    texts["./b.js"] = "export const b = 1;";
    expect((await worker.import("./main.js", { modules })).b).toBe(1);
  });

  test("a module that throws has thrown for good", async () => {
    await using worker = await sandbox.createIsolate();
    const modules = {
      "./a.js": `globalThis.n = (globalThis.n ?? 0) + 1;\nthrow new RangeError("at " + n);`,
      "./b.js": `import "./a.js"`,
    };
    for (const entry of ["./b.js", "./a.js", "./b.js"]) {
      expect(await rejection(worker.import(entry, { modules }))).toMatchObject({
        guest: { name: "RangeError", message: "at 1", filename: "file:///a.js", lineno: 2, colno: 7 },
      });
    }
  });
});

describe("options", () => {
  test.each([
    [{ modules: 5 }, "modules"],
    [{ modules: null }, "modules"],
    [{ modules: new Map() }, "modules"],
    [{ modules: [5] }, "modules"],
    [{ modules: { "./a.js": 5 } }, "modules"],
    [{ modules: { "./a.js": "", "./b/../a.js": "" } }, "modules"],
    [{ modules: { "": "" } }, "modules"],
    [{ module: {} }, "module"],
    [{ args: {} }, "args"],
    [{ signal: 5 }, "signal"],
    [{ timeoutMs: -1 }, "timeoutMs"],
  ])("%p", async (options, option) => {
    await using worker = await sandbox.createIsolate();
    expect(await rejection(worker.import("./a.js", options as never))).toMatchObject({ code: "ERR_OPTION", option });
  });

  test("the entry is a string, and the isolate alive", async () => {
    const worker = await sandbox.createIsolate();
    expect(await rejection(worker.import(5 as never))).toMatchObject({ code: "ERR_ARGUMENT" });
    const m = await worker.import("./a.js", { modules: { "./a.js": "export const f = () => 1" } });
    worker.destroy();
    expect(await rejection(worker.import("./a.js"))).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
    expect(await rejection(m.f())).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
  });
});

describe("a directory", () => {
  const folder = mkdtempSync(join(tmpdir(), "network-runtime-"));
  const root = join(folder, "base");
  mkdirSync(join(root, "lib"), { recursive: true });
  mkdirSync(join(folder, "base-beside"));
  const files: Record<string, string> = {
    "secret.js": "export default 'secret'",
    "base-beside/x.js": "export default 'beside'",
    "base/main.ts": `import { n } from "./lib/n.ts"; export const f = (x: number): number => x + n; export const load = async (name: string) => (await import(name)).default;`,
    "base/lib/n.ts": "export const n: number = 1;",
    "base/ü b.js": "export default 'umlaut'",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync("../secret.js", join(root, "link.js"));
  symlinkSync("..", join(root, "up"));
  symlinkSync("lib", join(root, "inner"));
  symlinkSync("loop.js", join(root, "loop.js"));
  writeFileSync(join(root, "lib/d.js"), "export default 'd'");
  Bun.spawnSync(["mkfifo", join(root, "pipe.js")]);

  test("has modules, and nothing above it", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./main.ts", { modules: moduleDirectory(root) });
    expect(await m.f(1)).toBe(2);
    expect(await m.load("./ü b.js")).toBe("umlaut");
    expect(await m.load("./inner/d.js")).toBe("d");
    expect(await m.load("./lib/d.js?v=2")).toBe("d");
    for (const name of [
      ...[
        "../secret.js",
        "./../secret.js",
        "/secret.js",
        "../../base/main.ts/..",
        "./link.js",
        "./up/secret.js",
        "./up/base-beside/x.js",
      ],
      ...[
        "%2e%2e/secret.js",
        "./%2e%2e/secret.js",
        "./..%2fsecret.js",
        "./lib%2fd.js",
        "./lib%5cd.js",
        "./..\\\\secret.js",
        "./%00",
      ],
      ...[
        "file:///../secret.js",
        `file://${folder}/secret.js`,
        "//host/secret.js",
        "./lib",
        "./",
        "./pipe.js",
        "./loop.js",
        "./main.ts/x",
      ],
      ...["file://localhost/none.js", "lib/d.js", "./" + "x".repeat(5000), "/proc/self/environ", "./lib/%zz"],
    ]) {
      const error = await rejection(m.load(name));
      expect([name, error.guest?.code]).toEqual([name, "ERR_MODULE_NOT_FOUND"]);
    }
  });

  test("that is not there has no modules; what cannot be read says so, and guests hear no path", async () => {
    await using worker = await sandbox.createIsolate();
    const error = await rejection(worker.import("./main.ts", { modules: moduleDirectory(join(folder, "none")) }));
    expect(error).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
    for (const path of ["", "a\0b", 5]) expect(() => moduleDirectory(path as string)).toThrow("must be a path");
    rmSync(folder, { recursive: true });
  });
});
