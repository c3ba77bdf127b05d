// What may be said of isolation, and what is said of it when it is not to be had.
import { expect, test } from "bun:test";
import { IsolationError, V8Sandbox } from "../../lib/index.ts";
import { rejection, thrown } from "../api/harness.ts";
import { processSandbox } from "./processes.ts";

test("a sandbox says what is between its guests and its host", () => {
  using inside = new V8Sandbox({ isolation: "isolate" });
  expect(inside.isolation).toEqual({ kind: "isolate", layers: [] });
  using sandbox = processSandbox();
  expect(sandbox.isolation.kind).toBe("process");
  expect(sandbox.isolation.layers).toContain("seccomp");
  expect(sandbox.isolation.layers).toContain("no_new_privileges");
  expect(sandbox.isolation.layers).not.toContain("no_jit");
});

test.each([
  [{ isolation: "vm" }, "isolation"],
  [{ isolation: null }, "isolation"],
  [{ isolation: { kind: "isolate" } }, "isolation.kind"],
  [{ isolation: { kind: "process", requires: [] } }, "requires"],
  [{ isolation: { kind: "process", require: "landlock" } }, "isolation.require"],
  [{ isolation: { kind: "process", require: ["selinux"] } }, "isolation.require"],
  [{ jit: false }, "jit"],
  [{ isolation: "process", jit: 1 }, "jit"],
])("%j is an OptionError", (options, name) => {
  const error = thrown(() => new V8Sandbox({ isolation: "isolate", ...options } as object));
  expect(error).toMatchObject({ code: "ERR_OPTION", option: name });
});

test("groups need processes", async () => {
  using inside = new V8Sandbox({ isolation: "isolate" });
  expect(await rejection(inside.createIsolate({ trustGroup: "a" }))).toMatchObject({ option: "trustGroup" });
  using sandbox = processSandbox();
  for (const trustGroup of ["", "x".repeat(201), 7 as unknown as string]) {
    expect(await rejection(sandbox.createIsolate({ trustGroup }))).toMatchObject({ option: "trustGroup" });
  }
});

test("a layer that is not there is an IsolationError that says which", () => {
  // With the JIT on, memory is executable.
  const error = thrown(() => processSandbox({ isolation: { kind: "process", require: ["no_jit"] } }));
  expect(error).toBeInstanceOf(IsolationError);
  expect(error).toMatchObject({ code: "ERR_ISOLATION", missing: ["no_jit"] });
  expect(error.message).toContain("no_jit");
});

test("jit: false: programs run, without WebAssembly", async () => {
  await using sandbox = processSandbox({ jit: false });
  expect(sandbox.isolation.layers).toContain("no_jit");
  const isolate = await sandbox.createIsolate();
  expect(await isolate.evaluate("let s = 0; for (let i = 0; i < 1e5; i++) s += i; s")).toBe(4_999_950_000);
  expect(await isolate.evaluate("/(a+)b/.exec('aab')[1]")).toBe("aa");
  expect(await isolate.evaluate("typeof WebAssembly")).toBe("undefined");
});

test("a host whose guests are in processes has no V8 of its own", async () => {
  const program = `
    import { V8Sandbox } from ${JSON.stringify(`${import.meta.dir}/../../lib/index.ts`)};
    import { readdirSync } from "node:fs";
    const threads = () => readdirSync("/proc/self/task").length;
    const before = threads();
    const sandbox = new V8Sandbox({ isolation: "process" });
    const isolate = await sandbox.createIsolate();
    console.log(await isolate.evaluate("40 + 2"), threads() - before <= 1);
    sandbox.shutdown();
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  expect(await child.stdout.text()).toBe("42 true\n");
});
