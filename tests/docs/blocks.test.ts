// Programs in docs/ that say what they print are run, and print it.
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const PAGES = ["agents", "guides", "observing"];

// Within the clone, where "network-runtime" is the library itself.
mkdirSync(join(root, ".cache"), { recursive: true });
const folder = mkdtempSync(join(root, ".cache/docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const programs: { readonly name: string; readonly code: string; readonly output: string }[] = [];
for (const page of PAGES) {
  const text = await Bun.file(join(root, `docs/${page}.md`)).text();
  for (const [, code, output] of text.matchAll(/^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/gms)) {
    programs.push({ name: `${page} ${programs.length}`, code: code!, output: output! });
  }
  // Each of these pages' programs is whole.
  const all = text.match(/^```ts$/gm)?.length;
  test(`docs/${page}.md says of each program what it prints`, () => {
    expect(programs.filter(({ name }) => name.startsWith(page)).length).toBe(all!);
  });
}

test.each(programs)("$name", async ({ name, code, output }) => {
  const file = join(folder, `${name.replace(" ", "-")}.ts`);
  await Bun.write(file, code);
  const child = Bun.spawn([process.execPath, file], { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect({ stdout, stderr }).toEqual({ stdout: output, stderr: "" });
});
