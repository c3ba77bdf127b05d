import { expect, test } from "bun:test";
import { importedScripts, resolvePath } from "../checkout.ts";
import { parseMeta, runsInWorker } from "../meta.ts";

test("META lines are read up to the first other line", () => {
  const meta = parseMeta(
    [
      "// META: title=A title, with a comma",
      "// META: script=/common/sab.js",
      "//META: script=resources/helper.js",
      "// META: variant=?1-10",
      "// META: variant=?11-last",
      "// META: timeout=long",
      "// META: global=window, dedicatedworker",
      "",
      "// META: script=too-late.js",
    ].join("\r\n"),
  );
  expect(meta).toEqual({
    title: "A title, with a comma",
    scripts: ["/common/sab.js", "resources/helper.js"],
    variants: ["?1-10", "?11-last"],
    long: true,
    globals: ["window", "dedicatedworker"],
  });
});

test("a file without META lines has one variant and a window's and a worker's globals", () => {
  const meta = parseMeta("\uFEFFtest(() => {});\n// META: timeout=long");
  expect(meta).toEqual({ scripts: [], variants: [""], long: false, globals: undefined, title: undefined });
  expect(runsInWorker("a.any.js", meta)).toBe(true);
});

test("globals say who runs a file, except for workers' own files", () => {
  const only = (globals: string): boolean => runsInWorker("a.any.js", parseMeta(`// META: global=${globals}`));
  expect(only("window")).toBe(false);
  expect(only("sharedworker,serviceworker")).toBe(false);
  expect(only("window,worker")).toBe(true);
  expect(only("dedicatedworker,shadowrealm")).toBe(true);
  expect(runsInWorker("a.worker.js", parseMeta("// META: global=window"))).toBe(true);
});

test("scripts that a worker imports are found if they are named by strings", () => {
  const source = `
    importScripts("/resources/testharness.js");
    self.importScripts('a.js', "b/c.js" );
    importScripts(name);
    // importScripts() is called below`;
  expect(importedScripts(source)).toEqual(["/resources/testharness.js", "a.js", "b/c.js"]);
});

test("paths are relative to the file, without query, and by the server's aliases", () => {
  expect(resolvePath("url/a.any.js", "resources/b.js?c")).toBe("url/resources/b.js");
  expect(resolvePath("url/a.any.js", "../common/b.js")).toBe("common/b.js");
  expect(resolvePath("url/a.any.js", "/common/b.js")).toBe("common/b.js");
  expect(resolvePath("url/a.any.js", "/resources/WebIDLParser.js")).toBe("resources/webidl2/lib/webidl2.js");
});
