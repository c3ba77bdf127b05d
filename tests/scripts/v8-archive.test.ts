import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/setup/paths.mjs";
import { changesHash, recipeHash } from "../../scripts/v8/recipe.mjs";
import { version } from "../../scripts/v8/version.mjs";

const folder = join(root, "build/v8");
const manifest = JSON.parse(readFileSync(join(folder, "linux-x64-gnu.json"), "utf8")) as {
  v8: string;
  crates: unknown;
  recipe: string;
  changes: string;
  archive: { sha256: string; size: number };
};

test("the archive was made by this recipe, with these changes: npm run v8 makes another", () => {
  expect({ recipe: manifest.recipe, changes: manifest.changes }).toEqual({
    recipe: recipeHash(),
    changes: changesHash(),
  });
});

test("the archive is of the version and the crates that are pinned", () => {
  expect({ v8: manifest.v8, crates: manifest.crates }).toEqual({ v8: version.v8, crates: version.crates });
  const lock = readFileSync(join(folder, "crates/Cargo.lock"), "utf8");
  for (const [name, crate] of Object.entries(version.crates)) {
    const entry = new RegExp(
      `name = "${name}"\nversion = "${crate.version}"\nsource = .*\nchecksum = "${crate.checksum}"`,
    );
    expect(lock).toMatch(entry);
  }
});

test("the archive is the one that its manifest describes", async () => {
  const file = join(folder, "linux-x64-gnu.tar.xz");
  expect(statSync(file).size).toBe(manifest.archive.size);
  const hash = new Bun.CryptoHasher("sha256").update(await Bun.file(file).bytes()).digest("hex");
  expect(hash).toBe(manifest.archive.sha256);
});
