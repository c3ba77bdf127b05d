import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runFile } from "../api/harness.ts";

test("the agent asks the model, calls its tool and says the answer, without the key", async () => {
  const file = resolve(import.meta.dir, "../../examples/agent/main.ts");
  // The stand-in takes no request without the key that the host adds.
  expect(await runFile(file, { OPENAI_API_KEY: "" })).toEqual({
    stdout: '(tool) orders of "Alice"\nAlice has ordered tea and cake.\n(2 requests)\n',
    stderr: "",
    exitCode: 0,
  });
});
