// The types of network-runtime/guest beside a real guest: each has what the other has.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { V8Sandbox } from "network-runtime";
import { platformTypes } from "../../scripts/guest-types/generate.ts";
import { shapeOf, type GuestShape } from "../../scripts/guest-types/shape.ts";
import { root } from "../../scripts/setup/paths.mjs";
import { typedGlobals, type TypedGlobals } from "./typed.ts";

const CHECKING_MS = 60_000;

/** Annex B of the language: TypeScript leaves these out on purpose. */
const OF_OLD = ["__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"];
const OF_OLD_DATES = ["getYear", "setYear", "toGMTString"];
/** What functions are, classes are, too. */
const OF_FUNCTIONS = [
  ...["apply", "arguments", "bind", "call", "caller", "length", "name", "prototype", "toString"],
  "Symbol(Symbol.hasInstance)",
];
/** What only tells kinds of objects apart is in few types. */
const TAG = "Symbol(Symbol.toStringTag)";
/** An abstract class's, which its heirs have. */
const OF_HEIRS = ["next", "return", "throw"];

const sandbox = new V8Sandbox({ threads: 1 });
let shape: GuestShape;
let typed: TypedGlobals;

beforeAll(async () => {
  shape = await shapeOf(await sandbox.createIsolate());
  typed = typedGlobals();
}, CHECKING_MS);

afterAll(() => sandbox.shutdown());

function without(names: readonly string[] | undefined, ...others: (readonly string[] | undefined)[]): string[] {
  const known = new Set(others.flatMap((list) => list ?? []));
  return (names ?? []).filter((name) => !known.has(name));
}

/** What is found at each path, where anything is. */
function findings(find: (path: string) => string[]): Record<string, string[]> {
  const found = Object.keys(shape.objects).map((path) => [path, find(path)] as const);
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

describe("globals", () => {
  test("every one that the types name is there", () => {
    expect(without(typed.names, shape.globals)).toEqual([]);
  });

  test("every one that is there has a type", () => {
    // The compiler knows two by itself.
    expect(without(shape.globals, typed.names, ["globalThis", "undefined"])).toEqual([]);
    expect(shape.globals.length).toBeGreaterThan(150);
  });

  test("so has everything in namespaces", () => {
    expect(Object.keys(shape.objects).filter((path) => typed.look(path) === undefined)).toEqual([]);
    expect(Object.keys(shape.objects)).toContain("Temporal.PlainDate");
  });
});

describe("members", () => {
  test("every one that the types name is there", () => {
    const wrong = findings((path) => {
      const { own, statics, inherited } = shape.objects[path]!;
      const known = path === "Iterator" ? OF_HEIRS : [];
      return [
        ...without(typed.look(path)?.own, own, statics, OF_FUNCTIONS),
        ...without(typed.look(path)?.members, inherited, known),
      ];
    });
    expect(wrong).toEqual({});
  });

  test("every one that is there has a type", () => {
    const untyped = findings((path) => {
      const { own, members } = shape.objects[path]!;
      const of = typed.look(path);
      return [
        ...without(own, of?.own, OF_FUNCTIONS, [TAG]),
        ...without(members, of?.members, OF_OLD, path === "Date" ? OF_OLD_DATES : [], [TAG]),
      ];
    });
    expect(untyped).toEqual({});
  });
});

test("lib/guest/platform.d.ts is what `npm run guest-types` writes", async () => {
  expect(platformTypes(shape) === (await Bun.file(join(root, "lib/guest/platform.d.ts")).text())).toBe(true);
});
