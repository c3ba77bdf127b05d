import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

const lib = join(import.meta.dir, "../../lib");

/** Which rooms a room may import, be it types alone. A room stands after all that it imports. */
const ALLOWED: Record<string, readonly string[]> = {
  contract: [],
  loopback: ["contract"],
  dashboard: ["contract", "loopback"],
  "dashboard/page": ["dashboard"],
  guest: ["contract"],
  engine: ["contract"],
  ffi: ["contract", "engine"],
  codec: ["contract"],
  fetch: ["codec", "contract"],
  modules: ["contract"],
  "source-maps": ["contract", "modules"],
  handles: ["contract"],
  trace: ["codec", "contract", "engine"],
  core: ["codec", "contract", "engine", "fetch", "handles", "modules", "source-maps"],
  inspect: ["contract", "core", "loopback"],
  api: ["contract", "core", "dashboard", "engine", "ffi", "inspect", "modules", "trace"],
  index: ["api", "contract", "modules"],
  bundle: ["contract", "modules"],
  pool: ["api", "contract"],
  run: ["api", "contract", "core", "pool"],
  "net/common": ["contract"],
  "net/policy": ["api", "codec", "contract", "net/common"],
  "net/fetch": ["api", "codec", "contract", "fetch", "net/common", "net/policy"],
  "net/web-socket": ["api", "codec", "contract", "core", "net/common", "net/policy"],
  net: ["net/common", "net/fetch", "net/policy", "net/web-socket"],
  prometheus: ["api", "contract"],
  opentelemetry: ["contract", "core"],
  agents: ["api", "contract", "run"],
  tanstack: ["agents", "contract"],
  codemode: ["agents", "api", "contract"],
  ai: ["agents", "contract", "run"],
  mcp: ["agents", "contract", "loopback", "run"],
  "cli/line": ["contract", "loopback"],
  "cli/terminal": [],
  "cli/guest": ["bundle", "cli/line", "cli/terminal", "contract", "index", "net", "run"],
  "cli/repl": ["cli/guest", "cli/line", "cli/terminal", "index"],
  "cli/doctor": ["cli/terminal", "index"],
  "cli/init": ["cli/line"],
  cli: ["cli/doctor", "cli/guest", "cli/init", "cli/line", "cli/repl", "cli/terminal", "index"],
};

/** Rooms that are files of folders that hold others. */
const FILES: Record<string, string> = {
  "index.ts": "index",
  "README.md": "index",
  "net/index.ts": "net",
  "net/README.md": "net",
  "cli.ts": "cli",
};

/** Whatever is imported from outside of lib/, by its path from there. */
const OUTSIDE = Array.from({ length: 4 }, () => "../package.json");

function read(path: string): string {
  return readFileSync(join(lib, path), "utf8");
}

/** The room of a file, by its path in lib/. */
function roomOf(path: string): string {
  return FILES[path] ?? dirname(path);
}

/** Paths in lib/ of the files that a file imports or exports from, types included. */
function importsOf(path: string): string[] {
  const names = ts.preProcessFile(read(path)).importedFiles.map(({ fileName }) => fileName);
  // Style sheets import nothing.
  return names
    .filter((name) => name.startsWith(".") && !name.endsWith(".css"))
    .map((name) => normalize(join(dirname(path), name)));
}

const files = [...new Glob("**/*.ts").scanSync(lib)].sort();
const readmes = [...new Glob("**/README.md").scanSync(lib)].sort();
const imports = new Map(files.map((path) => [path, importsOf(path)]));
const pairs = [...imports].flatMap(([path, others]) => others.map((other) => [path, other] as const));
const within = pairs.filter(([, other]) => !other.startsWith(".."));

/** Files that import themselves through others, and those between such. */
function circular(): string[] {
  const left = new Set(files);
  const importing = (path: string): boolean => imports.get(path)!.some((other) => left.has(other));
  const imported = (path: string): boolean => [...left].some((other) => imports.get(other)!.includes(path));
  for (;;) {
    const free = [...left].filter((path) => !importing(path) || !imported(path));
    if (free.length === 0) return [...left];
    for (const path of free) left.delete(path);
  }
}

describe("rooms of lib/", () => {
  test("the table is in order, so that no rooms import each other", () => {
    const rooms = Object.keys(ALLOWED);
    const wrong = rooms.filter((room, index) => ALLOWED[room]!.some((other) => !rooms.slice(0, index).includes(other)));
    expect(wrong).toEqual([]);
  });

  test("every file is in a room, and every room has files", () => {
    expect(files.length).toBeGreaterThan(70);
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  test("what is imported is there, and within lib/", () => {
    expect(pairs.length).toBeGreaterThan(200);
    expect(within.filter(([, other]) => !imports.has(other))).toEqual([]);
    const outside = pairs.filter((pair) => !within.includes(pair)).map(([, other]) => other);
    expect(outside).toEqual(OUTSIDE);
  });

  test("no file imports itself through others", () => {
    expect(circular()).toEqual([]);
  });

  test("files import only what their room may", () => {
    const wrong = within.filter(([path, other]) => {
      const [from, to] = [roomOf(path), roomOf(other)];
      return from !== to && !ALLOWED[from]!.includes(to);
    });
    expect(wrong.map((pair) => pair.join(" imports "))).toEqual([]);
  });

  test("rooms may import only what they do", () => {
    const used = new Set(within.map((pair) => pair.map(roomOf).join(" imports ")));
    const allowed = Object.entries(ALLOWED).flatMap(([room, others]) =>
      others.map((other) => `${room} imports ${other}`),
    );
    expect(allowed.filter((pair) => !used.has(pair))).toEqual([]);
  });

  test("bun:ffi is ffi's", () => {
    const users = files.filter((path) => /["']bun:ffi["']/.test(read(path)));
    expect([...new Set(users.map(roomOf))]).toEqual(["ffi"]);
  });

  for (const readme of readmes) {
    const room = roomOf(readme);
    test(`the README of ${room} says what the table says`, () => {
      const listed = (label: string): string[] => {
        const line = new RegExp(`^- ${label}: (.*)\\.$`, "m").exec(read(readme))?.[1] ?? "";
        return [...line.matchAll(/`([\w/-]+)`/g)].map(([, name]) => name!).sort();
      };
      expect(listed("Imports")).toEqual([...ALLOWED[room]!].sort());
      const users = Object.keys(ALLOWED).filter((other) => ALLOWED[other]!.includes(room));
      expect(listed("Imported by")).toEqual(users.sort());
    });
  }

  test("every room has a README", () => {
    expect(readmes.map(roomOf).sort()).toEqual(Object.keys(ALLOWED).sort());
  });
});
