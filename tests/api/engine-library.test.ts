import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runHost } from "./harness.ts";

const folder = mkdtempSync(join(tmpdir(), "network-runtime-library-"));
const otherVersion = join(folder, "other-version.so");
const otherLibrary = join(folder, "other-library.so");
const noLibrary = join(folder, "no-library.so");

beforeAll(() => {
  for (const [file, source] of [
    [otherVersion, "unsigned nr_abi_version(void) { return 999; }"],
    [otherLibrary, "int something_else(void) { return 1; }"],
  ] as const) {
    const { exitCode, stderr } = Bun.spawnSync(["g++", "-x", "c", "-shared", "-fPIC", "-o", file, "-"], {
      stdin: Buffer.from(source),
      stderr: "pipe",
    });
    if (exitCode !== 0) throw new Error(stderr.toString());
  }
  writeFileSync(noLibrary, "this is not a library");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function errorWith(library: string): Promise<{ code: string; message: string; found?: number; wanted?: number }> {
  const { stdout } = await runHost(
    `try { new V8Sandbox(); } catch (error) {
       console.log(JSON.stringify({ code: error.code, message: error.message, found: error.found, wanted: error.wanted }));
     }`,
    { NETWORK_RUNTIME_LIB: library },
  );
  return JSON.parse(stdout);
}

test("a library that does not exist", async () => {
  const path = join(folder, "missing.so");
  const { code, message } = await errorWith(path);
  expect(code).toBe("ERR_ENGINE_NOT_FOUND");
  expect(message).toContain(path);
  expect(message).toContain("NETWORK_RUNTIME_LIB");
});

test("a library of another version", async () => {
  const error = await errorWith(otherVersion);
  expect(error).toMatchObject({ code: "ERR_ENGINE_MISMATCH", found: 999, wanted: 4 });
  expect(error.message).toContain(otherVersion);
  expect(error.message).toContain("network-runtime");
});

test("something else", async () => {
  for (const path of [otherLibrary, noLibrary]) {
    const { code, message } = await errorWith(path);
    expect(code).toBe("ERR_ENGINE_NOT_FOUND");
    expect(message).toContain(path);
  }
});

test("importing the library needs no engine", async () => {
  const { stdout } = await runHost("console.log(typeof V8Sandbox, SandboxError.name)", {
    NETWORK_RUNTIME_LIB: noLibrary,
  });
  expect(stdout).toBe("function SandboxError\n");
});
