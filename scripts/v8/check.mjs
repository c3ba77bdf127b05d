import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, say, SetupError } from "../setup/run.mjs";
import { sha256 } from "../setup/sha256.mjs";
import { buildV8 } from "./build.mjs";
import { recipeHash } from "./recipe.mjs";
import { archiveFile, recordFile } from "./record.mjs";
import { scriptsFolder } from "./version.mjs";

/**
 * Builds again with nothing of an earlier build, and compares with what is checked in.
 * @param {string} folder a place of its own
 * @param {string} vendor the crates
 * @param {string} name of the target
 * @param {import("./targets.mjs").Target} target
 */
export async function checkV8(folder, vendor, name, target) {
  const archive = archiveFile(name);
  if (!existsSync(archive))
    throw new SetupError(`There is no build/v8/${name}.tar.xz to compare with: npm run v8 makes it.`);
  const record = JSON.parse(readFileSync(recordFile(name), "utf8"));
  if ((await sha256(archive)) !== record.archive.sha256) {
    throw new SetupError(
      `build/v8/${name}.tar.xz is not the one of build/v8/${name}.json: one of them was changed alone.`,
    );
  }
  if (recipeHash() !== record.recipe)
    say(`build/v8 is not what build/v8/${name}.json was made by: a difference is likely`);
  rmSync(folder, { recursive: true, force: true });
  const build = await buildV8(folder, vendor, target);
  if ((await sha256(build.packed)) === record.archive.sha256) {
    say(`the same bytes: ${record.archive.sha256}`);
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  await run("compare.py", "python3", [join(scriptsFolder, "compare.py"), archive, build.packed]).catch(() => {});
  throw new SetupError(
    `The rebuilt archive is another one: ${build.packed}. What differs is named above (nothing: only its packing).`,
  );
}
