/** Writes a new project. */
import { Glob } from "bun";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../../package.json" with { type: "json" };
import { UsageError } from "../line/usage.ts";

/** Beside lib/, in a clone and in the package. */
const template = fileURLToPath(new URL("../../../examples/project", import.meta.url));

/** Versions that the template's own tests ran with. */
const DEV_DEPENDENCIES = { "@types/bun": "^1.3.0", typescript: ">=5.9" };

/**
 * @param folder - where to, made if need be
 * @returns an exit code
 * @throws UsageError if a file that it would write is there already; then nothing is written
 */
export function runInit(folder: string): number {
  const target = resolve(folder);
  const files = new Map(
    [...new Glob("**").scanSync(template)].map((path) => [path, readFileSync(join(template, path), "utf8")]),
  );
  files.set("package.json", manifest(basename(target)));
  files.set(".gitignore", "node_modules\n");

  const present = [...files.keys()].filter((path) => existsSync(join(target, path)));
  if (present.length > 0) throw new UsageError(`${target} has ${present.join(", ")} already; nothing was written`);
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), text, { flag: "wx" });
    }
  } catch (error) {
    throw new UsageError(`cannot write to ${target}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const enter = target === process.cwd() ? "" : `cd ${folder} && `;
  process.stdout.write(`${[...files.keys()].sort().join("\n")}\n\n${enter}bun install && bun start\n`);
  return 0;
}

function manifest(folder: string): string {
  const name =
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[._-]+|-+$/g, "") || "guests";
  const scripts = { start: "bun src/main.ts", test: "bun test", check: "tsc -p . && tsc -p guest" };
  const dependencies = { "network-runtime": `^${packageJson.version}` };
  const whole = { name, private: true, type: "module", scripts, dependencies, devDependencies: DEV_DEPENDENCIES };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
