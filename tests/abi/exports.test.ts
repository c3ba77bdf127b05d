import { expect, test } from "bun:test";
import { dlopen } from "bun:ffi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineLibrary } from "../../scripts/setup/paths.mjs";
import { dynamicSymbols } from "./elf.ts";
import { headerFunctions } from "./header.ts";

test("the engine exports the header's functions and nothing else", () => {
  // Anything more could be bound in place of Bun's own symbols, or Bun's 208 `v8::` ones in place of ours.
  const exported = dynamicSymbols(engineLibrary).defined;
  expect(headerFunctions.length).toBeGreaterThan(15);
  expect(exported.sort()).toEqual([...headerFunctions]);
});

test("the engine imports nothing of V8 or of the C++ library", () => {
  const imported = dynamicSymbols(engineLibrary).undefined;
  // A weak reference that nothing fulfils is a call to address 0. But _ZTH, initializers of thread-locals, are weak by
  // the C++ ABI and tested before they are called.
  const calls = imported.filter((name) => !name.startsWith("_ZTH"));
  expect(calls.filter((name) => name.startsWith("_Z") || name.includes("v8"))).toEqual([]);
});

test("memory is copied by libc, which uses what the processor has", () => {
  const { undefined: imported } = dynamicSymbols(engineLibrary);
  for (const name of ["memcpy", "memmove", "memset", "memcmp"]) expect(imported).toContain(name);
});

test("every function of the header can be bound", () => {
  const symbols = Object.fromEntries(headerFunctions.map((name) => [name, { args: [], returns: "i32" }] as const));
  expect(Object.keys(dlopen(engineLibrary, symbols).symbols).sort()).toEqual([...headerFunctions]);
});

test("it needs no newer glibc than README says", () => {
  const [, oldest] = /glibc 2\.(\d+) or newer/.exec(readFileSync(join(import.meta.dir, "../../README.md"), "utf8"))!;
  const needed = readFileSync(engineLibrary, "latin1").matchAll(/\0GLIBC_2\.(\d+)(?=[.\0])/g);
  const versions = [...new Set([...needed].map(([, minor]) => Number(minor)))];
  expect(versions.length).toBeGreaterThan(3);
  expect(versions.filter((minor) => minor > Number(oldest))).toEqual([]);
});
