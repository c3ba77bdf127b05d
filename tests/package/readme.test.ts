import { expect, test } from "bun:test";
import { join } from "node:path";
import { HELP } from "../../lib/cli/line/help.ts";
import { firstOutput, firstProgram } from "./readme.ts";

const root = join(import.meta.dir, "../..");

test("the README's first program is the one under examples/, which the type checker sees", async () => {
  expect(firstProgram).toBe(await Bun.file(join(root, "examples/first-program/main.ts")).text());
});

test("it prints in the clone what the README says", async () => {
  const child = Bun.spawn([process.execPath, "examples/first-program/main.ts"], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: firstOutput, stderr: "", exitCode: 0 });
});

test("the README and --help agree on the command line", async () => {
  const usage = HELP.split("\n")[0]!.replace("Usage: ", "");
  expect(await Bun.file(join(root, "README.md")).text()).toContain(usage);
});
