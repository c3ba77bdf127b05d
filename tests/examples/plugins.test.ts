import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runFile } from "../api/harness.ts";

test("plugins over a real document, loaded anew as they change, left out when they fail", async () => {
  const { stdout, stderr, exitCode } = await runFile(resolve(import.meta.dir, "../../examples/plugins/main.ts"));
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const document = await Bun.file(resolve(import.meta.dir, "../../docs/deployment.md")).text();
  // The table of contents has been put in front of it by then.
  const contents = [...document.matchAll(/^## (.*)$/gm)].map(([, title]) => title!);
  const lines = document.split("\n").length - 1 + contents.length + 1;
  const numbers = stdout.split("\n").filter((line) => /^\d+ (?:words|lines)$/.test(line));
  expect(numbers.slice(1)).toEqual([`${lines} lines`, `${lines} lines`]);
  expect(stdout.split("\n").slice(0, 5)).toEqual([
    "(contents) loaded",
    "(greedy) not loaded: there is no files to use",
    "(numbers) loaded",
    document.split("\n")[0]!,
    "",
  ]);
  expect(stdout).toContain(`- [${contents[0]}](#${contents[0]!.toLowerCase()})\n`);
  expect(stdout).toContain("(numbers) not loaded: SyntaxError: ");
  expect(stdout).toContain("(main.ts:1); the one before goes on\n");
  expect(stdout).toContain("(numbers) cpu_limit_exceeded\n(numbers) loaded\n");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(document.trimEnd().split("\n").at(-1)!);
});
