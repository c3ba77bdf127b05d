import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cli = join(import.meta.dir, "../../lib/cli.ts");
const template = join(import.meta.dir, "../../examples/project");

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "init-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function init(...args: string[]): { stdout: string; stderr: string; exitCode: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, cli, "init", ...args], { cwd: folder });
  return { stdout: String(stdout), stderr: String(stderr), exitCode };
}

const filesOf = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();

// That it works is tested where the package is installed: tests/package.
test("writes the example's files and a manifest, here or into a new folder", () => {
  const own = [...filesOf(template), ".gitignore", "package.json"].sort();
  for (const [args, into] of [
    [["a/b"], "a/b"],
    [[], ""],
  ] as const) {
    const { stdout, stderr, exitCode } = init(...args);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const enter = into === "" ? "" : `cd ${into} && `;
    expect(stdout).toBe(`${own.join("\n")}\n\n${enter}bun install && bun start\n`);
    for (const path of filesOf(template)) {
      expect(readFileSync(join(folder, into, path), "utf8")).toBe(readFileSync(join(template, path), "utf8"));
    }
  }
  expect(filesOf(join(folder, "a/b"))).toEqual(own);
});

test("writes over nothing, and then writes nothing", () => {
  writeFileSync(join(folder, "package.json"), "{}");
  const { stderr, exitCode } = init();
  expect(stderr).toContain(`${folder} has package.json already; nothing was written`);
  expect(exitCode).toBe(2);
  expect(readdirSync(folder)).toEqual(["package.json"]);
});

test.each([
  [["a", "b"], "unexpected argument b"],
  [["--force"], "--force"],
  [["file/x"], "cannot write to"],
])("%j is refused", (args, says) => {
  writeFileSync(join(folder, "file"), "");
  chmodSync(join(folder, "file"), 0o444);
  const { stderr, exitCode } = init(...args);
  expect(stderr).toContain(says);
  expect(exitCode).toBe(2);
  expect(existsSync(join(folder, "src"))).toBe(false);
});
