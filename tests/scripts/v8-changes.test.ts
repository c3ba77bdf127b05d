import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/setup/paths.mjs";
import { applyChanges, changeNames, parseChange } from "../../scripts/v8/changes.mjs";

const folder = join(root, "build/v8/changes");

describe("our changes to V8", () => {
  test.each(changeNames(folder))("%s has a reason, and a test that is there", (name) => {
    const text = readFileSync(join(folder, `${name}.change`), "utf8");
    const [prose = ""] = text.split(/^@@ /m);
    const [, reason = "", file = ""] = /^([^]*?)\n\nTest: (\S+)\n/.exec(prose) ?? [];
    expect(reason.length).toBeGreaterThan(60);
    expect(existsSync(join(root, file))).toBe(true);
    // Few and small: what is longer belongs behind a hook.
    const added = parseChange(text, name).reduce((sum, { to, from }) => sum + lines(to) - lines(from), 0);
    expect(added).toBeLessThan(25);
  });

  test("each has its line in the runbook", () => {
    const runbook = readFileSync(join(root, "docs/v8-upgrade.md"), "utf8");
    for (const name of changeNames(folder)) expect(runbook).toContain(`\`${name}\``);
  });
});

describe("a V8 in which a change no longer applies", () => {
  const change = "Why.\n\nTest: none\n\n@@ src/a.cc\n before\n-old\n+new\n";
  test.each([
    [
      "its text is gone",
      "before\nother\n",
      "change tidy, hunk 1 of 1 (src/a.cc) does not apply: its text was found 0 times",
    ],
    ["its text is there twice", "before\nold\nbefore\nold\n", "its text was found 2 times"],
    ["its file is gone", undefined, "change tidy, hunk 1 of 1 (src/a.cc) does not apply: V8 has no such file"],
  ])("%s: fails by the change's name", (_case, source, message) => {
    using tree = fakeTree(change, source);
    expect(() => applyChanges(tree.changes, tree.v8)).toThrow(message);
  });

  test("where its text is, it is applied, by whole lines", () => {
    using tree = fakeTree(change, "so before\nold\n\nbefore\nold\nolder\n");
    applyChanges(tree.changes, tree.v8);
    expect(readFileSync(join(tree.v8, "src/a.cc"), "utf8")).toBe("so before\nold\n\nbefore\nnew\nolder\n");
  });
});

function lines(text: string): number {
  return text.split("\n").length;
}

function fakeTree(change: string, source: string | undefined): { changes: string; v8: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "network-runtime-changes-"));
  const tree = { changes: join(path, "changes"), v8: join(path, "v8") };
  mkdirSync(tree.changes);
  mkdirSync(join(tree.v8, "src"), { recursive: true });
  writeFileSync(join(tree.changes, "tidy.change"), change);
  if (source !== undefined) writeFileSync(join(tree.v8, "src/a.cc"), source);
  return { ...tree, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
