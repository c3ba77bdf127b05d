import { dlopen } from "bun:ffi";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION, VERSION_TAG } from "../../lib/codec/wire-format.ts";
import { engineLibrary } from "../../scripts/setup/paths.mjs";
import version from "../../build/v8/version.json";

const root = join(import.meta.dir, "../..");

test("the engine's V8 is the one of build/v8/version.json", () => {
  const { symbols } = dlopen(engineLibrary, { nr_v8_version: { args: [], returns: "cstring" } } as const);
  expect(String(symbols.nr_v8_version())).toStartWith(version.v8);
});

test("the host's codec writes and reads V8's version of the wire format", () => {
  expect(VERSION).toBe(version.wireFormat);
  const head = /A message is `(\w\w) (\w\w)`/.exec(readFileSync(join(root, "lib/codec/wire-format.ts"), "utf8"));
  expect(head!.slice(1)).toEqual([VERSION_TAG, VERSION].map((byte) => byte.toString(16).toUpperCase()));
});

test("README names V8's version", () => {
  const [major, minor] = version.v8.split(".");
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`V8 ${major}.${minor}`);
});
