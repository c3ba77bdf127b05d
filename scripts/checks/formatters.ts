import { Glob } from "bun";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, zig } from "../setup/paths.mjs";

/** One command whose exit code is its verdict. */
export interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const ZIG_SOURCES = ["build.zig", "build.zig.zon", "build", "engine"];
const CPP_SOURCES = new Glob("{engine,examples}/**/*.{h,c,cc,cpp}");

/** The formatters of all our languages; `check` only compares. */
export function formatters(mode: "check" | "write"): Check[] {
  const check = mode === "check";
  const zigSources = ZIG_SOURCES.filter((path) => existsSync(join(root, path)));
  const cppSources = [...CPP_SOURCES.scanSync({ cwd: root })].sort();
  const modules = join(root, "node_modules");
  return [
    {
      name: "prettier",
      command: [
        join(modules, ".bin/prettier"),
        check ? "--check" : "--write",
        "--log-level=warn",
        "--no-error-on-unmatched-pattern",
        ".",
      ],
    },
    { name: "zig fmt", command: [zig, "fmt", ...(check ? ["--check"] : []), ...zigSources] },
    {
      name: "clang-format",
      command: [
        join(modules, "clang-format-node/bin/cfn-linux-x64/clang-format"),
        ...(check ? ["--dry-run", "-Werror", "--ferror-limit=1"] : ["-i"]),
        ...cppSources,
      ],
    },
  ];
}

/** Runs a check with its output passed through. */
export async function runCheck(check: Check): Promise<boolean> {
  const child = Bun.spawn([...check.command], { cwd: root, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  return (await child.exited) === 0;
}
