// docs/errors.md is what the code says.
import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { format } from "prettier";
import { errorsPage } from "../../scripts/docs/errors.ts";
import { waysOut } from "../../scripts/docs/ways-out.ts";

const root = join(import.meta.dir, "../..");
const prettierOptions = (await Bun.file(join(root, ".prettierrc")).json()) as object;
const page = await Bun.file(join(root, "docs/errors.md")).text();
const documented = [...page.matchAll(/^## (ERR_\w+)$/gm)].map(([, code]) => code!);

test("the page is that of the code", async () => {
  expect(page).toBe(await format(await errorsPage(), { ...prettierOptions, parser: "markdown" }));
});

test("every code in lib/ is on it, once, with a way out; and no other", async () => {
  const used = new Set<string>();
  for (const path of new Glob("lib/**/*.ts").scanSync(root)) {
    const text = await Bun.file(join(root, path)).text();
    for (const [, code] of text.matchAll(/"(ERR_[A-Z_]+)"/g)) used.add(code!);
  }
  expect(used.size).toBeGreaterThan(30);
  expect(documented).toEqual([...used].sort());
  expect(Object.keys(waysOut).sort()).toEqual([...used].sort());
});
