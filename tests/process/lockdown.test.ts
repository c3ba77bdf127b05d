// What a child can ask of the system: each system call is tried, in a process that has given up what children give up, and
// compared with the table in docs/security.md.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, zig, zigCacheOptions } from "../../scripts/setup/paths.mjs";

const folder = mkdtempSync(join(tmpdir(), "probe-"));
const probe = join(folder, "probe");

beforeAll(async () => {
  const includes = ["-I", "engine/include", "-I", "engine/v8"];
  const modules = [
    "--dep",
    "engine",
    "-Mroot=tests/process/probe.zig",
    ...includes,
    "-Mengine=engine/tests.zig",
    "-lc",
  ];
  const options = ["-target", "x86_64-linux-gnu.2.31", "-O", "Debug", "-fllvm", "-lc", ...zigCacheOptions];
  const build = Bun.spawn([zig, "build-exe", ...options, ...includes, ...modules, `-femit-bin=${probe}`], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  expect(await build.exited).toBe(0);
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** What came of each call, by its name, but for those that ended the process. */
async function tryAll(...args: string[]): Promise<{ readonly tried: number; readonly other: Record<string, string> }> {
  const child = Bun.spawn([probe, ...args], { stdout: "pipe", stderr: "inherit" });
  const lines = (await child.stdout.text()).trim().split("\n");
  const outcomes = lines.map((line) => line.split(" ").slice(1) as [string, string]);
  return { tried: lines.length, other: Object.fromEntries(outcomes.filter(([, outcome]) => outcome !== "ends")) };
}

/** The table: what is always allowed, and what is answered. */
function documented(): Record<string, string> {
  const text = readFileSync(join(root, "docs/security.md"), "utf8");
  const row = (label: string): string[] => {
    const line = text.split("\n").find((candidate) => candidate.startsWith(`| ${label}`));
    return [...(line ?? "").split("|")[2]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  };
  const table: Record<string, string> = {};
  for (const name of row("allowed")) table[name] = "allowed";
  for (const errno of ["ACCES", "BADF", "NOENT", "NOSYS", "NOTTY", "PERM"]) {
    for (const name of row(`answered E${errno}`)) table[name] = errno;
  }
  return table;
}

/** Allowed for some arguments only, which zeros are. */
const ALLOWED_WITH_ZEROS = Object.fromEntries(
  [
    ...["clock_getres", "clock_gettime", "clock_nanosleep", "futex", "mprotect", "pkey_mprotect", "prlimit64"],
    ...["sched_getaffinity", "sched_getparam", "sched_getscheduler"],
  ].map((name) => [name, "allowed"]),
);
/** For probes that the kernel itself puts into programs; it lets them pass filters, and refuses whoever else makes them. */
const PROBES = ["uprobe", "uretprobe"];
/** Let through, and answered by the system itself, which zeros are no arguments for. */
const isLetThrough = (outcome: string): boolean =>
  !["ACCES", "BADF", "NOENT", "NOSYS", "NOTTY", "PERM"].includes(outcome);

test.each([[[]], [["no-jit"]]])(
  "every system call is what the table says: %j",
  async (args) => {
    const { tried, other } = await tryAll(...args);
    expect(tried).toBe(480);
    for (const name of PROBES) delete other[name];
    const outcomes = Object.entries(other).map(([name, outcome]) => [
      name,
      isLetThrough(outcome) ? "allowed" : outcome,
    ]);
    const seen: Record<string, string> = Object.fromEntries(outcomes);
    expect(seen).toEqual({ ...documented(), ...ALLOWED_WITH_ZEROS });
  },
  120_000,
);
