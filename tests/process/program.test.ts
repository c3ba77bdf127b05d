// What children are of, where the library is no file: its bytes, in sealed memory, as in an executable of `bun build --compile`.
import { expect, test } from "bun:test";

test("a child is executed from memory, too", async () => {
  const program = `
    import { readlinkSync } from "node:fs";
    import { loadLibrary, readLibrary } from ${JSON.stringify(`${import.meta.dir}/../../lib/ffi/library.ts`)};
    import { V8Sandbox } from ${JSON.stringify(`${import.meta.dir}/../../lib/index.ts`)};
    const functions = loadLibrary();
    const bytes = readLibrary();
    if (functions.nr_process_program(bytes, bytes.length) !== 0) throw new Error("the program was not taken");
    const sandbox = new V8Sandbox({ isolation: "process" });
    const isolate = await sandbox.createIsolate();
    const answer = await isolate.evaluate("6 * 7");
    console.log(answer, readlinkSync("/proc/" + isolate.stats().process.pid + "/exe"));
    sandbox.shutdown();
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  expect(await child.stdout.text()).toBe("42 /memfd:network-runtime (deleted)\n");
});
