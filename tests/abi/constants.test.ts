import { expect, test } from "bun:test";
import { CString, dlopen, FFIType } from "bun:ffi";
import * as constants from "../../lib/engine/constants.ts";
import { engineLibrary } from "../../scripts/setup/paths.mjs";
import { headerConstants, headerGroup, headerNames } from "./header.ts";

const engine = dlopen(engineLibrary, {
  nr_abi_version: { args: [], returns: FFIType.u32 },
  nr_abi_manifest: { args: [], returns: FFIType.ptr },
}).symbols;

test("the header was read", () => {
  expect(headerConstants.size).toBeGreaterThan(80);
  expect(headerConstants.get("NR_E_SHUTDOWN")).toBe(-9);
});

test("the loaded engine speaks the header's ABI version, and so does the library", () => {
  expect(engine.nr_abi_version()).toBe(headerConstants.get("NR_ABI_VERSION")!);
  expect(constants.ABI_VERSION).toBe(headerConstants.get("NR_ABI_VERSION")!);
});

test("the engine's manifest has the header's constants, all of them, with their values", () => {
  const manifest = JSON.parse(new CString(engine.nr_abi_manifest()!).toString()) as Record<string, number>;
  // Counts and the header's size follow from the rest; the manifest leaves them out.
  const derived = (name: string): boolean => name.endsWith("_COUNT") || name === "NR_RECORD_HEADER_SIZE";
  const expected = Object.fromEntries([...headerConstants].filter(([name]) => !derived(name)));
  expect(Object.fromEntries(Object.entries(manifest).filter(([name]) => !derived(name)))).toEqual(expected);
});

test("status codes", () => {
  const { OK, NO_MEMORY, ...rest } = headerNames(constants.Status);
  expect(OK).toBe(headerConstants.get("NR_OK")!);
  expect<object>({ ...rest, NOMEM: NO_MEMORY }).toEqual(headerGroup("NR_E_"));
});

test("post kinds and record types", () => {
  expect(headerNames(constants.PostKind)).toEqual(headerGroup("NR_POST_"));
  expect(headerNames(constants.RecordType)).toEqual(headerGroup("NR_EVENT_"));
  expect(constants.RECORD_HEADER_SIZE).toBe(headerConstants.get("NR_RECORD_HEADER_SIZE")!);
});

test("encodings", () => {
  expect(headerNames(constants.SourceEncoding)).toEqual(headerGroup("NR_ENCODING_SOURCE_"));
  expect(constants.SOURCE_HAS_ARGUMENTS).toBe(headerConstants.get("NR_SOURCE_HAS_ARGUMENTS")!);
  expect(constants.SOURCE_HAS_OFFSETS).toBe(headerConstants.get("NR_SOURCE_HAS_OFFSETS")!);
  expect(constants.SOURCE_IS_BODY).toBe(headerConstants.get("NR_SOURCE_IS_BODY")!);
  expect(constants.ENCODING_JSON_UTF8).toBe(headerConstants.get("NR_ENCODING_JSON_UTF8")!);
});

test("options and flags of isolates and sandboxes", () => {
  const isolate = Object.entries(headerGroup("NR_ISOLATE_")).filter(([name]) => !/^(FLAG|STAT)_/.test(name));
  const { COUNT: isolateCount, ...isolateOptions } = headerNames(constants.IsolateOption);
  expect<object>({ ...isolateOptions, OPTION_COUNT: isolateCount }).toEqual(Object.fromEntries(isolate));
  expect(headerNames(constants.IsolateFlag)).toEqual(headerGroup("NR_ISOLATE_FLAG_"));

  const sandbox = Object.entries(headerGroup("NR_SANDBOX_")).filter(([name]) => !name.startsWith("STAT_"));
  const { COUNT: sandboxCount, ...sandboxOptions } = headerNames(constants.SandboxOption);
  expect<object>({ ...sandboxOptions, OPTION_COUNT: sandboxCount }).toEqual(Object.fromEntries(sandbox));
});

test("counters of isolates and sandboxes", () => {
  const { COUNT: isolateCount, ...isolateStats } = headerNames(constants.IsolateStat);
  expect(isolateStats).toEqual(headerGroup("NR_STAT_"));
  expect(isolateCount).toBe(headerConstants.get("NR_ISOLATE_STAT_COUNT")!);
  expect(headerNames(constants.SandboxStat)).toEqual(headerGroup("NR_SANDBOX_STAT_"));
});
