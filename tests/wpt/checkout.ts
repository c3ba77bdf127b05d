/** A checkout of web-platform-tests: which tests it has, and the scripts that make one up. */
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { areas, whyLeftOut } from "./areas.ts";
import { type Meta, parseMeta, runsInWorker } from "./meta.ts";
import { type Site, locationOf, substitute } from "./site.ts";

/** One file in one variant. */
export interface WptTest {
  /** {@link WptTest.file}, with the variant. */
  readonly id: string;
  /** Path from the checkout's root. */
  readonly file: string;
  readonly variant: string;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly meta: Meta;
}

/** A script of a test, to be run as a script of its own. */
export interface Script {
  readonly filename: string;
  readonly source: string;
}

const TIMEOUT_MS = 10_000;
const LONG_TIMEOUT_MS = 60_000;
/** What the project's server calls these files. */
const aliases: Readonly<Record<string, string>> = { "resources/WebIDLParser.js": "resources/webidl2/lib/webidl2.js" };

/**
 * The tests that a dedicated worker can run.
 * @param filters - globs over file paths; none: all of the areas
 */
export function findTests(checkout: string, filters: readonly string[]): WptTest[] {
  const globs = filters.map((filter) => new Glob(filter));
  const tests: WptTest[] = [];
  for (const area of areas) {
    const path = join(checkout, area);
    if (!existsSync(path)) continue;
    const names = area.endsWith(".js") ? [""] : [...new Glob("**/*.{any,worker}.js").scanSync({ cwd: path })].sort();
    for (const name of names) {
      const file = posix.join(area, name);
      if (globs.length > 0 && !globs.some((glob) => glob.match(file))) continue;
      tests.push(...testsOf(checkout, file).filter((test) => whyLeftOut(test) === undefined));
    }
  }
  return tests;
}

function testsOf(checkout: string, file: string): WptTest[] {
  const meta = parseMeta(readFileSync(join(checkout, file), "utf8"));
  if (!runsInWorker(file, meta)) return [];
  const timeoutMs = meta.long ? LONG_TIMEOUT_MS : TIMEOUT_MS;
  return meta.variants.map((variant) => ({ id: `${file}${variant}`, file, variant, timeoutMs, meta }));
}

/** The scripts of a test in the order they run, the harness first. */
export function scriptsOf(checkout: string, test: WptTest, site: Site): Script[] {
  const read = (path: string): Script => readScript(checkout, path, site);
  const { source } = read(test.file);
  const paths = [...test.meta.scripts, ...importedScripts(source)].map((path) => resolvePath(test.file, path));
  const harness = ["resources/testharness.js"];
  return [
    ...harness.map(read),
    { filename: "harness.js", source: "wptReport();" },
    ...paths.filter((path) => !harness.includes(path)).map(read),
    // A worker's own script, or the one that the worker made for it imports.
    {
      filename: test.file.endsWith(".any.js")
        ? new URL(`/${test.file}`, locationOf(test, site)).href
        : locationOf(test, site),
      source,
    },
    { filename: "done.js", source: "done();" },
  ];
}

/** Arguments of `importScripts` calls, if they are strings: they are run beforehand, and the call then does nothing. */
export function importedScripts(source: string): string[] {
  const calls = source.matchAll(/\bimportScripts\(\s*((?:(["'])[^"'\n]*\2\s*,?\s*)+)\)/g);
  return [...calls].flatMap(([, list]) => [...list!.matchAll(/(["'])(.*?)\1/g)].map(([, , path]) => path!));
}

/** A path as a test file writes it, from the checkout's root. */
export function resolvePath(file: string, path: string): string {
  const plain = path.replace(/[?#].*$/, "");
  const resolved = plain.startsWith("/") ? plain.slice(1) : posix.join(posix.dirname(file), plain);
  return aliases[resolved] ?? resolved;
}

/** A file as the project's server would serve it. Copies of parts of the project lack some. */
function readScript(checkout: string, path: string, site: Site): Script {
  const missing = `throw new Error(${JSON.stringify(`the checkout has no /${path}`)});`;
  if (!existsSync(join(checkout, path))) return { filename: `/${path}`, source: missing };
  const text = readFileSync(join(checkout, path), "utf8");
  return { filename: `/${path}`, source: path.includes(".sub.") ? substitute(text, site) : text };
}
