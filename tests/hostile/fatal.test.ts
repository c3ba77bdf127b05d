// Fatal errors of V8 that are not of memory: `onFatal` says whether they end the process or their isolate.
import { expect, test } from "bun:test";
import { join } from "node:path";

async function run(...args: string[]): Promise<{ stdout: string; ending: string }> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "trap-process.ts"), ...args], {
    stdin: "ignore",
    stdout: "pipe",
    // What Bun says about its own end.
    stderr: "ignore",
  });
  const stdout = await child.stdout.text();
  await child.exited;
  return { stdout, ending: child.signalCode === null ? `exit code ${child.exitCode}` : String(child.signalCode) };
}

test("onFatal: contain: they end the isolate", async () => {
  expect(await run("contain")).toEqual({
    stdout: "overwritten: true\nterminated: engine_error\ndestroyed: engine_error\nanother isolate: 42\ncontained: 1\n",
    ending: "exit code 0",
  });
});

test.each([["abort"], []])("otherwise they end the process: %p", async (...args) => {
  expect(await run(...args)).toEqual({ stdout: "overwritten: true\n", ending: "SIGILL" });
});
