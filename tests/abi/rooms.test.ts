import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const engine = join(import.meta.dir, "../../engine");

/** Which rooms of the same language a room may include or import from. A room stands after all those. */
type Rooms = Record<string, readonly string[]>;

const CPP: Rooms = {
  boundary: [],
  system: [],
  memory: ["boundary", "system"],
  malloc: ["boundary", "memory", "system"],
  override: ["boundary", "memory", "system"],
  state: ["boundary", "memory", "system"],
  vendor: [],
  wire: ["boundary", "memory", "override", "state", "system"],
  turn: ["boundary", "memory", "override", "state", "system", "wire"],
  modules: ["boundary", "override", "state", "system", "wire"],
  inspector: ["boundary", "override", "state", "system", "wire"],
  ops: ["boundary", "memory", "modules", "override", "state", "system", "turn", "vendor", "wire"],
  snapshot: ["boundary", "memory", "ops", "override", "state", "system", "vendor", "wire"],
  isolate: [
    "boundary",
    "inspector",
    "memory",
    "modules",
    "ops",
    "override",
    "snapshot",
    "state",
    "system",
    "turn",
    "vendor",
    "wire",
  ],
};

const ZIG: Rooms = {
  boundary: [],
  system: [],
  limit: ["boundary", "system"],
  memory: ["boundary", "system"],
  queue: ["boundary", "system"],
  ring: ["boundary", "system"],
  run: ["boundary", "limit", "memory", "queue", "system"],
  child: ["boundary", "limit", "queue", "ring", "run", "system"],
  remote: ["boundary", "limit", "memory", "queue", "ring", "system"],
  abi: ["boundary", "child", "limit", "remote", "ring", "run", "system"],
  exchange: ["boundary", "child", "limit", "queue", "remote", "ring", "run", "system"],
};

/** Rooms that are files among others. */
const FILES: Record<string, string> = {
  "v8/shim.h": "boundary",
  "v8/engine.h": "boundary",
  "v8/isolate.h": "state",
  "abi/constants.zig": "boundary",
  "abi/header.zig": "boundary",
  "abi/mirror.zig": "boundary",
  "abi/shim.zig": "boundary",
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
  return folders[0] === "v8" ? folders[1]! : folders[0]!;
}

/** Paths in engine/ of our own headers that a file includes. */
function includes(path: string): string[] {
  const names = [...read(path).matchAll(/^#include "([^"]+)"/gm)].map(([, name]) => name!);
  return names.flatMap((name) => [`v8/${name}`, name].filter((candidate) => existsSync(join(engine, candidate))));
}

/** Paths in engine/ of our own files that a Zig file imports. */
function imports(path: string): string[] {
  const names = [...read(path).matchAll(/@import\("([^"]+\.zig)"\)/g)].map(([, name]) => name!);
  return names.map((name) => join(path, "..", name));
}

/** The lists of rooms in a README. */
function listed(readme: string, label: string): string[] {
  const line = new RegExp(`^- ${label}: (.*)\\.$`, "m").exec(read(readme))?.[1] ?? "";
  return [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort();
}

function usersOf(room: string, rooms: Rooms): string[] {
  return Object.keys(rooms)
    .filter((other) => rooms[other]!.includes(room))
    .sort();
}

const cpp = sources("{v8,system}/**/*.{cc,h}");
const zig = sources("*/**/*.zig");
const cppReadmes = [...sources("v8/*/README.md"), "system/README.md"];
const zigReadmes = sources("*/README.md").filter((path) => path !== "v8/README.md");

const LANGUAGES = [
  { language: "C++", rooms: CPP, files: cpp, uses: includes },
  { language: "Zig", rooms: ZIG, files: zig, uses: imports },
];

describe.each(LANGUAGES)("rooms of $language", ({ rooms, files, uses }) => {
  test("the table is in order, so that no rooms need each other", () => {
    const names = Object.keys(rooms);
    const wrong = names.filter((room, index) => rooms[room]!.some((other) => !names.slice(0, index).includes(other)));
    expect(wrong).toEqual([]);
  });

  test("every file is in a room", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter((path) => !(roomOf(path) in rooms))).toEqual([]);
  });

  test("files use only what their room may", () => {
    const pairs = files.flatMap((path) => uses(path).map((used) => [path, used] as const));
    expect(pairs.length).toBeGreaterThan(100);
    const wrong = pairs.filter(([path, used]) => {
      const [from, to] = [roomOf(path), roomOf(used)];
      return from !== to && !rooms[from]!.includes(to);
    });
    expect(wrong.map((pair) => pair.join(" uses "))).toEqual([]);
  });
});

describe("C++", () => {
  test("headers are written from engine/v8 or engine, and guarded by their path", () => {
    const headers = cpp.filter((path) => path.endsWith(".h"));
    const guards = headers.map((path) => /^#ifndef (\w+)$/m.exec(read(path))?.[1]);
    expect(guards).toEqual(headers.map((path) => `NR_${path.replace(/\W/g, "_").toUpperCase()}_`));
  });

  test("V8's internal headers are override's", () => {
    const wrong = cpp.filter((path) => roomOf(path) !== "override" && /#include "src\//.test(read(path)));
    expect(wrong).toEqual([]);
  });
});

describe("READMEs", () => {
  for (const readme of cppReadmes) {
    const room = roomOf(readme);
    test(`the one of ${room} in C++ says what the table says`, () => {
      expect(listed(readme, "Imports")).toEqual([...CPP[room]!].sort());
      expect(listed(readme, "Imported by")).toEqual(usersOf(room, CPP));
    });
  }

  for (const readme of zigReadmes) {
    const room = roomOf(readme);
    test(`the one of ${room} in Zig says what the table says`, () => {
      expect(listed(readme, "Imports")).toEqual([...ZIG[room]!].sort());
      // The system serves both languages, and has a line for each.
      expect(listed(readme, room === "system" ? "Imported in Zig by" : "Imported by")).toEqual(usersOf(room, ZIG));
    });
  }

  test("every folder has one", () => {
    const folders = (rooms: Rooms): string[] =>
      Object.keys(rooms).filter((room) => room !== "malloc" && !Object.values(FILES).includes(room));
    expect(cppReadmes.map(roomOf).sort()).toEqual(folders(CPP).sort());
    expect(zigReadmes.map(roomOf).sort()).toEqual(folders(ZIG).sort());
  });
});

describe("Zig", () => {
  test("the table allows nothing that is not used", () => {
    const used = new Set(zig.flatMap((path) => imports(path).map((other) => `${roomOf(path)} of ${roomOf(other)}`)));
    const allowed = Object.entries(ZIG).flatMap(([room, others]) => others.map((other) => `${room} of ${other}`));
    expect(allowed.filter((pair) => !used.has(pair))).toEqual([]);
  });

  test("outside of the rooms are only the roots of the library and of its tests", () => {
    expect(sources("*.zig")).toEqual(["root.zig", "tests.zig"]);
    expect(imports("root.zig")).toEqual(["abi/abi.zig"]);
  });

  test("every file with tests is one of the engine's tests", () => {
    const tested = zig.filter((path) => /^test /m.test(read(path)));
    expect(tested.length).toBeGreaterThan(15);
    expect(tested.filter((path) => !imports("tests.zig").includes(path))).toEqual([]);
  });
});

describe("the system", () => {
  const uses = (paths: string[], pattern: RegExp): string[] =>
    paths.filter((path) => !path.startsWith("system/") && pattern.test(read(path)));

  test("is known to engine/system alone", () => {
    const found = [...uses(cpp, SYSTEM.cpp), ...uses(zig, SYSTEM.zig)];
    expect(found).toEqual(Object.keys(SYSTEM_ELSEWHERE).sort());
  });
});
