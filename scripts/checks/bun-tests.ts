import { Glob } from "bun";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cache, root as clone } from "../setup/paths.mjs";
import { countJunit } from "./counts.ts";
import { failuresOf, lastLines } from "./failures.ts";
import { collect } from "./output.ts";
import type { Part, PartResult } from "./part.ts";

const TEST_TIMEOUT_MS = 30_000;
/** A part that takes longer hangs: it is ended, and its output so far says where. */
const PART_TIMEOUT_MS = 8 * 60_000;

interface Where {
  readonly root: string;
  readonly output: "inherit" | "ignore";
  /** Variables set beside those of this process. */
  readonly env?: Record<string, string>;
  /** How many times longer tests may take. */
  readonly slowdown?: number;
}

/**
 * One part, and one Bun process, for each folder of tests: a crash of the engine fails that folder and no other, and
 * no folder inherits the isolates, threads or memory of another.
 *
 * @param where.root - the folder that has `tests/`
 * @param where.output - whether the tests' own output is shown
 * @param where.env - environment variables for the tests, beside this process's
 * @param where.slowdown - how many times longer tests may take, 1 if left out
 * @param suffix - what the parts' names have besides the folders'
 */
export function bunTestParts(where: Where = { root: clone, output: "inherit" }, suffix = ""): Part[] {
  const { root } = where;
  const folders = new Map<string, string[]>();
  for (const file of [...new Glob("tests/**/*.test.ts").scanSync({ cwd: root })].sort()) {
    const folder = dirname(file);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].map(([folder, files]) => ({ name: folder + suffix, run: () => runFolder(where, files) }));
}

/** Folders that are tested only when they are asked for by their names: they build an engine of their own. */
const BUILDING = ["tests/exploit"];

/** @param wanted - beginnings of names of parts */
export function plainTestParts(wanted: readonly string[]): Part[] {
  return bunTestParts().filter(({ name }) => wanted.length > 0 || !BUILDING.includes(name));
}

/** Folders whose tests know nothing of the transport below the library. */
const OVER_BOTH_TRANSPORTS = [
  "api",
  "boundary",
  "clients",
  "guest",
  "hostile",
  "inspect",
  "modules",
  "net",
  "pool",
  "run",
];
/** What of tests/hostile is done over processes unless that is asked for by its name: all of it takes minutes. */
const HOSTILE_ROOMS = "cpu,inspect";

/**
 * The same tests once more, with isolates in child processes: in every Bun that the tests start, too.
 *
 * @param wanted - beginnings of names of parts
 */
export function processTestParts(wanted: readonly string[]): Part[] {
  const suffix = " in processes";
  const names = OVER_BOTH_TRANSPORTS.map((folder) => `tests/${folder}${suffix}`);
  const env = {
    BUN_OPTIONS: `--preload=${join(clone, "tests/process/default.ts")}`,
    ...(wanted.length === 0 && { HOSTILE_ROOMS }),
  };
  const parts = bunTestParts({ root: clone, output: "inherit", env }, suffix);
  return parts.filter(({ name }) => names.includes(name));
}

async function runFolder(where: Where, files: readonly string[]): Promise<PartResult> {
  mkdirSync(cache, { recursive: true });
  const reports = mkdtempSync(join(cache, "junit-"));
  try {
    return await runFiles(where, files, join(reports, "report.xml"));
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

async function runFiles(
  { root, output, env, slowdown = 1 }: Where,
  files: readonly string[],
  report: string,
): Promise<PartResult> {
  const child = Bun.spawn(
    [
      process.execPath,
      "test",
      `--timeout=${slowdown * TEST_TIMEOUT_MS}`,
      "--reporter=junit",
      `--reporter-outfile=${report}`,
      // With "./" Bun takes them as paths; without it they would be patterns that match other folders too.
      ...files.map((file) => `./${file}`),
    ],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdin: "ignore",
      stdout: output,
      stderr: "pipe",
      timeout: slowdown * PART_TIMEOUT_MS,
      killSignal: "SIGKILL",
    },
  );
  const printed = await collect(child.stderr, output === "inherit" ? process.stderr : undefined);
  await child.exited;
  const ending = child.signalCode === null ? `exit code ${child.exitCode}` : `ended by ${child.signalCode}`;
  if (!existsSync(report)) {
    return { passed: 0, failed: 1, note: `no report: ${ending}`, failures: [lastLines(printed)] };
  }

  const { passed, failed, skipped } = countJunit(await Bun.file(report).text());
  // A skipped test proves nothing, so it counts as failed.
  if (skipped > 0) return { passed, failed: failed + skipped, note: `${skipped} skipped` };
  // Errors outside of tests (a file that does not load, a crash at exit) show in the exit code only.
  if (failed === 0 && child.exitCode !== 0) {
    return { passed, failed: 1, note: ending, failures: [lastLines(printed)] };
  }
  if (passed + failed === 0) return { passed: 0, failed: 1, note: "no tests" };
  return failed === 0 ? { passed, failed } : { passed, failed, failures: failuresOf(printed) };
}
