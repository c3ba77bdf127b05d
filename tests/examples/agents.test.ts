import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runFile } from "../api/harness.ts";

const PRINTED = {
  ai: '{"ok":true,"value":8}\nAlice has ordered for 8.\n',
  codemode: '{"result":["GREEN TEA","BLACK TEA"]}\n',
  tanstack: '{"success":true,"result":{"Tokyo":50,"Paris":50,"Rome":40},"logs":["asked for 3"]}\n',
};

test.each(Object.entries(PRINTED))("examples/%s.ts does what it says", async (name, stdout) => {
  const file = resolve(import.meta.dir, `../../examples/${name}.ts`);
  expect(await runFile(file)).toEqual({ stdout, stderr: "", exitCode: 0 });
});
