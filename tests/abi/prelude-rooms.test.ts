import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { preProcessFile } from "typescript";

const prelude = join(import.meta.dir, "../../prelude");

/** Which rooms a room may import files of. A room stands after all that it imports. */
const ALLOWED: Record<string, readonly string[]> = {
  bundler: [],
  core: [],
  webidl: ["core"],
  errors: ["core", "webidl"],
  timing: ["core", "errors", "webidl"],
  events: ["core", "errors", "timing", "webidl"],
  scope: ["core", "errors", "events", "timing", "webidl"],
  messaging: ["core", "errors", "events", "timing", "webidl"],
  performance: ["core", "errors", "events", "messaging", "timing", "webidl"],
  url: ["core", "webidl"],
  streams: ["core", "errors", "events", "messaging", "timing", "webidl"],
  encoding: ["core", "streams", "webidl"],
  "file-api": ["core", "encoding", "errors", "events", "streams", "timing", "url", "webidl"],
  "form-data": ["core", "file-api", "webidl"],
  webcrypto: ["core", "errors", "webidl"],
  network: ["core", "errors", "events", "file-api", "messaging", "scope", "timing", "url", "webidl"],
  exposed: ["core", "events", "network", "streams", "webidl"],
  fetch: ["core", "events", "file-api", "form-data", "messaging", "network", "streams", "url", "webcrypto", "webidl"],
  modules: ["core", "network"],
  "event-source": ["core", "errors", "events", "fetch", "file-api", "messaging", "streams", "timing", "url", "webidl"],
};

/** Files in no room: what the bundle and its build begin with, which may import every room and which no room imports. */
const TOP = ["build.ts", "hooks.ts", "index.ts", "op.d.ts"];

const files = [...new Glob("**/*.ts").scanSync(prelude)].sort();
const readmes = [...new Glob("**/README.md").scanSync(prelude)].filter((path) => path !== "README.md");

/** The room of a file, by its path in prelude/; "" for one in none. */
function roomOf(path: string): string {
  return path.includes("/") ? path.split("/")[0]! : "";
}

/** Paths in prelude/ that a file imports: values, types, and what it loads by `require`. */
function imports(path: string): string[] {
  const { importedFiles } = preProcessFile(readFileSync(join(prelude, path), "utf8"), true, true);
  const relative = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith("."));
  return relative.map((name) => posix.join(posix.dirname(path), name));
}

const imported = new Map(files.map((path) => [path, imports(path)]));
const pairs = files.flatMap((path) => imported.get(path)!.map((other) => [path, other] as const));

/** The first circle of imports among files, from a file back to itself. */
function findCircle(): string[] {
  const done = new Set<string>();
  const follow = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const other of imported.get(path) ?? []) {
      const circle = follow(other, [...trail, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  return files.map((path) => follow(path, [])).find((circle) => circle.length > 0) ?? [];
}

describe("rooms of the prelude", () => {
  test("the table is in order, so that no rooms import each other", () => {
    const rooms = Object.keys(ALLOWED);
    const wrong = rooms.filter((room, index) => ALLOWED[room]!.some((other) => !rooms.slice(0, index).includes(other)));
    expect(wrong).toEqual([]);
  });

  test("every file is in a room, or one of those at the top", () => {
    expect(files.length).toBeGreaterThan(130);
    expect(files.filter((path) => roomOf(path) === "")).toEqual(TOP);
    expect(files.filter((path) => roomOf(path) !== "" && !(roomOf(path) in ALLOWED))).toEqual([]);
  });

  test("what files import is there", () => {
    expect(pairs.length).toBeGreaterThan(700);
    expect(pairs.filter(([, other]) => !existsSync(join(prelude, other)))).toEqual([]);
  });

  test("files import only what their room may", () => {
    const wrong = pairs.filter(([path, other]) => {
      const [from, to] = [roomOf(path), roomOf(other)];
      return from !== "" && from !== to && !ALLOWED[from]!.includes(to);
    });
    expect(wrong.map((pair) => pair.join(" imports "))).toEqual([]);
  });

  test("the table allows nothing that no file needs", () => {
    const needed = new Set(pairs.map((pair) => pair.map(roomOf).join(" imports ")));
    const allowed = Object.entries(ALLOWED).flatMap(([room, others]) =>
      others.map((other) => `${room} imports ${other}`),
    );
    expect(allowed.filter((pair) => !needed.has(pair))).toEqual([]);
  });

  test("no files import each other, by whatever way round", () => {
    expect(findCircle()).toEqual([]);
  });

  for (const readme of readmes) {
    const room = roomOf(readme);
    test(`the README of ${room} says what the table says`, () => {
      const text = readFileSync(join(prelude, readme), "utf8");
      const listed = (label: string): string[] => {
        const [, list] = new RegExp(`^- ${label}: ([^.]*)\\.$`, "m").exec(text)!;
        return [...list!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!).sort();
      };
      expect(listed("Imports")).toEqual([...ALLOWED[room]!].sort());
      const users = Object.keys(ALLOWED).filter((other) => ALLOWED[other]!.includes(room));
      expect(listed("Imported by")).toEqual(users.sort());
    });
  }

  test("the README of the prelude names the rooms in the table's order", () => {
    const [, list] = /checks:([^.]*)\./.exec(readFileSync(join(prelude, "README.md"), "utf8"))!;
    expect([...list!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!)).toEqual(Object.keys(ALLOWED));
  });

  test("every room has a README", () => {
    expect(readmes.sort()).toEqual(
      Object.keys(ALLOWED)
        .map((room) => `${room}/README.md`)
        .sort(),
    );
  });
});
