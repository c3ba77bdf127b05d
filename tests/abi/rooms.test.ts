import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const engine = join(import.meta.dir, "../../engine");

/** Which rooms a room may include headers of. A room stands after all that it includes. */
const ALLOWED: Record<string, readonly string[]> = {
  boundary: [],
  system: [],
  memory: ["boundary", "system"],
  malloc: ["boundary", "memory", "system"],
  override: ["boundary", "memory", "system"],
  state: ["boundary", "memory", "system"],
  vendor: [],
  wire: ["boundary", "memory", "state", "system"],
  turn: ["boundary", "memory", "override", "state", "system", "wire"],
  ops: ["boundary", "memory", "state", "system", "turn", "vendor", "wire"],
  snapshot: ["boundary", "memory", "ops", "state", "system", "vendor", "wire"],
  isolate: ["boundary", "memory", "ops", "override", "snapshot", "state", "system", "turn", "vendor", "wire"],
};

/** Rooms that are files among others. */
const FILES: Record<string, string> = {
  "v8/shim.h": "boundary",
  "v8/engine.h": "boundary",
  "v8/isolate.h": "state",
};

/** What only engine/system/ may use. */
const SYSTEM = {
  cpp: /#include <(?:sys\/|linux\/|pthread|signal|malloc|unistd|fcntl|dlfcn|sched|time)[\w/]*\.h>/,
  zig: /std\.os\.linux|extern "c"|std\.posix|std\.c\.(?!malloc\b|free\b|getenv\b)\w+/,
};

/** Files elsewhere that need it all the same, and why. */
const SYSTEM_ELSEWHERE: Record<string, string> = {};

function sources(pattern: string): string[] {
  return [...new Glob(pattern).scanSync(engine)].sort();
}

function read(path: string): string {
  return readFileSync(join(engine, path), "utf8");
}

/** The room of a file, by its path in engine/. */
function roomOf(path: string): string {
  if (path in FILES) return FILES[path]!;
  if (/^system\/malloc_\w+\.cc$/.test(path)) return "malloc";
  const folders = path.split("/");
  return folders[0] === "system" ? "system" : folders[1]!;
}

/** Paths in engine/ of our own headers that a file includes. */
function includes(path: string): string[] {
  const names = [...read(path).matchAll(/^#include "([^"]+)"/gm)].map(([, name]) => name!);
  return names.flatMap((name) => [`v8/${name}`, name].filter((candidate) => existsSync(join(engine, candidate))));
}

const cpp = sources("{v8,system}/**/*.{cc,h}");
const readmes = sources("**/README.md").filter((path) => path !== "v8/README.md");

describe("rooms", () => {
  test("the table is in order, so that no rooms include each other", () => {
    const rooms = Object.keys(ALLOWED);
    const wrong = rooms.filter((room, index) => ALLOWED[room]!.some((other) => !rooms.slice(0, index).includes(other)));
    expect(wrong).toEqual([]);
  });

  test("every file is in a room", () => {
    expect(cpp.length).toBeGreaterThan(80);
    expect(cpp.filter((path) => !(roomOf(path) in ALLOWED))).toEqual([]);
  });

  test("files include only what their room may", () => {
    const pairs = cpp.flatMap((path) => includes(path).map((header) => [path, header] as const));
    expect(pairs.length).toBeGreaterThan(100);
    const wrong = pairs.filter(([path, header]) => {
      const [from, to] = [roomOf(path), roomOf(header)];
      return from !== to && !ALLOWED[from]!.includes(to);
    });
    expect(wrong.map((pair) => pair.join(" includes "))).toEqual([]);
  });

  test("headers are written from engine/v8 or engine, and guarded by their path", () => {
    const headers = cpp.filter((path) => path.endsWith(".h"));
    const guards = headers.map((path) => /^#ifndef (\w+)$/m.exec(read(path))?.[1]);
    expect(guards).toEqual(headers.map((path) => `NR_${path.replace(/\W/g, "_").toUpperCase()}_`));
  });

  test("V8's internal headers are override's", () => {
    const wrong = cpp.filter((path) => roomOf(path) !== "override" && /#include "src\//.test(read(path)));
    expect(wrong).toEqual([]);
  });

  for (const readme of readmes) {
    const room = roomOf(readme);
    test(`the README of ${room} says what the table says`, () => {
      const listed = (label: string): string[] => {
        const line = new RegExp(`^- ${label}: (.*)\\.$`, "m").exec(read(readme))?.[1] ?? "";
        return [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort();
      };
      expect(listed("Imports")).toEqual([...ALLOWED[room]!].sort());
      const users = Object.keys(ALLOWED).filter((other) => ALLOWED[other]!.includes(room));
      expect(listed("Imported by")).toEqual(users.sort());
    });
  }

  test("every folder has a README", () => {
    const rooms = new Set(cpp.map(roomOf));
    for (const file of ["malloc", ...Object.values(FILES)]) rooms.delete(file);
    expect(readmes.map(roomOf).sort()).toEqual([...rooms].sort());
  });
});

describe("the system", () => {
  const uses = (paths: string[], pattern: RegExp): string[] =>
    paths.filter((path) => !path.startsWith("system/") && pattern.test(read(path)));

  test("is known to engine/system alone", () => {
    const zig = sources("**/*.zig");
    expect(zig.length).toBeGreaterThan(25);
    const found = [...uses(cpp, SYSTEM.cpp), ...uses(zig, SYSTEM.zig)];
    expect(found).toEqual(Object.keys(SYSTEM_ELSEWHERE).sort());
  });
});
