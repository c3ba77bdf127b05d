import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bunTestParts } from "../../scripts/checks/bun-tests.ts";
import type { PartResult } from "../../scripts/checks/part.ts";

const HEAD = `import { expect, test } from "bun:test";\n`;
const PASSES = `${HEAD}test("passes", () => {});`;

/** Runs the parts of a folder of tests, given as paths and texts. */
async function results(files: Readonly<Record<string, string>>): Promise<Record<string, PartResult>> {
  const root = mkdtempSync(join(tmpdir(), "network-runtime-parts-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const found: Record<string, PartResult> = {};
    for (const part of bunTestParts({ root, output: "ignore" })) found[part.name] = await part.run();
    return found;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("folders are parts of their own, counted by their tests", async () => {
  expect(
    await results({
      "tests/one/a.test.ts": PASSES,
      "tests/one/b.test.ts": `${HEAD}test("fails", () => expect(1).toBe(2)); test("passes", () => {});`,
      "tests/one/deep/c.test.ts": PASSES,
      "tests/other/not-a-test.ts": "throw new Error();",
    }),
  ).toEqual({
    "tests/one": { passed: 2, failed: 1, failures: [expect.stringMatching(/Expected: 2[^]*\(fail\) fails/)] },
    "tests/one/deep": { passed: 1, failed: 0 },
  });
});

test("a crash, a file that does not load and a folder without tests are failures", async () => {
  const { crash, broken, empty } = Object.fromEntries(
    Object.entries(
      await results({
        "tests/crash/a.test.ts": `${HEAD}test("crashes", () => process.kill(process.pid, "SIGSEGV"));`,
        "tests/broken/a.test.ts": `${HEAD}import "./missing.ts";`,
        "tests/broken/b.test.ts": PASSES,
        "tests/empty/a.test.ts": "export {};",
      }),
    ).map(([name, result]) => [name.replace("tests/", ""), result]),
  );
  expect(crash).toMatchObject({ passed: 0, failed: 1, note: "no report: ended by SIGSEGV" });
  expect(broken?.failed).toBe(1);
  expect(empty).toMatchObject({ passed: 0, failed: 1 });
});

test("a test that is left out counts as failed", async () => {
  const skip = ["test", "skip"].join(".");
  expect(await results({ "tests/one/a.test.ts": `${PASSES}\n${skip}("is left out", () => {});` })).toEqual({
    "tests/one": { passed: 1, failed: 1, note: "1 skipped" },
  });
});
