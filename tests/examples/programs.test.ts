import { expect, test } from "bun:test";
import { resolve } from "node:path";
import lockfile from "../../package-lock.json";
import { runFile } from "../api/harness.ts";

test("good, wrong and hostile programs: answers, explanations, ends", async () => {
  const { stdout, stderr, exitCode } = await runFile(resolve(import.meta.dir, "../../examples/programs/main.ts"));
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });

  // The good program's answer is what the host finds by itself.
  const answer = JSON.parse(/^ {2}answer: (\[\[.*)$/m.exec(stdout)![1]!) as [string, number][];
  const licenses = new Map<string, string>();
  for (const [path, entry] of Object.entries(lockfile.packages) as [string, { license?: string }][]) {
    const name = path.replace(/^.*node_modules\//, "");
    if (name !== "" && !licenses.has(name)) licenses.set(name, entry.license ?? "unknown");
  }
  const counts = Object.groupBy(licenses.values(), (license) => license);
  expect(Object.fromEntries(answer)).toEqual(
    Object.fromEntries(Object.entries(counts).map(([license, all]) => [license, all!.length])),
  );

  expect(stdout).toContain(
    "It failed: InputError: tools.packages.list(): input.limit: Too big: expected number to be <=50 (line 1)\n" +
      "  It failed: Error: there is no package valibot-core (line 1)\n" +
      "  completed at attempt 3, 2 calls of tools in the last\n" +
      "  printed: looked at 1\n" +
      '  answer: ["valibot: 0"]\n',
  );
  const hostile = stdout.slice(stdout.indexOf("talked into something.")).trim().split("\n").slice(1);
  const ends = [
    /^for \(;;\); +cpu_limit_exceeded$/,
    // On a busy machine its garbage collections take their time before the memory is full.
    /^const all: .* (?:memory|cpu)_limit_exceeded$/,
    /^await new Promise.* wall_limit_exceeded$/,
    /completed: "undefinedundefinedundefined"$/,
    /threw: LimitError: tools\.packages\.list\(\): there were 50 calls/,
    /^Object\.prototype\.toString.* completed: true$/,
    /threw: Error: there is no package __proto__ \(line 1\)$/,
    /^console\.log\("ignore.* (?:refused|threw|memory_limit_exceeded)/,
    /threw: /,
  ];
  expect(hostile.length).toBe(ends.length);
  hostile.forEach((line, index) => expect(line.trim()).toMatch(ends[index]!));
});
