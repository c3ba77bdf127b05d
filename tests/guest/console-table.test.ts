// https://console.spec.whatwg.org/#table, printed as node prints it
import { describe, expect, test } from "bun:test";
import type { ConsoleEvent } from "network-runtime";
import { collect, createGuest, run } from "./guest.ts";

/** Lists of arguments, and the lines that node 20 prints of each. */
const TABLES = (await Bun.file(`${import.meta.dir}/fixtures/console-tables.json`).json()) as Record<string, string[]>;

async function entries(count: number, body: string): Promise<ConsoleEvent[]> {
  const guest = await createGuest();
  const received = collect<ConsoleEvent>(count, (take) => guest.onConsole(take));
  await run(body, guest);
  return received;
}

async function table(args: string): Promise<string> {
  return (await entries(1, `console.table(${args})`))[0]!.text;
}

const calls = Object.keys(TABLES).map((args) => `console.table(${args});`);

test("tables are node's", async () => {
  const [printed, expected] = [await entries(calls.length, calls.join("\n")), Object.entries(TABLES)];
  for (const [index, [args, lines]] of expected.entries()) {
    expect([args, printed[index]!.text.split("\n")]).toEqual([args, lines]);
  }
});

test("which node's still are", () => {
  const { stdout } = Bun.spawnSync([
    "node",
    "-e",
    `${calls.join("console.log('\\0');\n")}; console.log(process.version)`,
  ]);
  const printed = stdout.toString().trimEnd().split("\n");
  // Of others a detail or two differ.
  if (!printed.pop()!.startsWith("v20.")) return;
  expect(printed.join("\n").split("\n\0\n")).toEqual(Object.values(TABLES).map((lines) => lines.join("\n")));
});

test("the arguments are the host's as they are", async () => {
  const [first, second] = await entries(2, `console.table([{ a: 1 }]); console.table([{ a: 1 }], ["a"])`);
  expect([first!.level, first!.args]).toEqual(["log", [[{ a: 1 }]]]);
  expect(second!.args).toEqual([[{ a: 1 }], ["a"]]);
});

test("a table in a group is indented", async () => {
  const [, entry] = await entries(2, `console.group("g"); console.table([1]); console.groupEnd()`);
  expect(entry!.text.split("\n").every((line) => line.startsWith("  "))).toBe(true);
});

describe("no code of the guest's runs for it", () => {
  test.each([
    ["getters", `[{ get a() { throw 1; }, set b(v) {} }]`, ["[Getter]", "[Setter]"]],
    ["getters in the list", `{ get row() { throw 1; } }`, ["[Getter]"]],
    [
      "proxies",
      `new Proxy([new Proxy({ a: 1 }, { get() { throw 1; }, ownKeys() { throw 2; } })], { get() { throw 3; } })`,
      ["│ 1 │"],
    ],
    [
      "a revoked proxy",
      `(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; })()`,
      ["<Revoked Proxy>"],
    ],
    ["iterators", `Object.assign(new Map([[1, 2]]), { [Symbol.iterator]() { throw 1; } })`, ["│ 1   │ 2"]],
    ["names of columns", `[{ a: 1 }], [{ toString() { throw 1; } }, "a"]`, ["│ a │"]],
    ["what is no list of names", `[{ a: 1 }], 5`, ["│ a │"]],
  ])("%s", async (_what, args, shown) => {
    const text = await table(args);
    for (const part of shown) expect(text).toContain(part);
  });

  test("patches", async () => {
    const [entry] = await entries(
      1,
      `Object.prototype.a = "patched";
       Object.defineProperty(Array.prototype, 0, { set() { throw 1; }, get() { return "patched"; }, configurable: true });
       String.prototype.normalize = String.prototype.repeat = Array.prototype.join = () => "patched";
       console.table([{ b: 1 }]);
       delete Array.prototype[0];`,
    );
    expect(entry!.text).not.toContain("patched");
  });
});

describe("every part has a bound", () => {
  test.each([
    ["rows", `Array.from({ length: 5000 }, (_, n) => n)`, "\n... 4000 more rows"],
    ["rows of holes", `(() => { const a = [1]; a[4294967290] = 2; return a; })()`, "│ 4294967290 │"],
    [
      "rows of an object",
      `Object.fromEntries(Array.from({ length: 5000 }, (_, n) => ["k" + n, n]))`,
      "\n... 4000 more rows",
    ],
    ["rows of a Set", `new Set(Array.from({ length: 5000 }, (_, n) => n))`, "\n... 4000 more rows"],
    ["rows of bytes", `new Uint8Array(5_000_000)`, "\n... 4999000 more rows"],
    ["columns", `[Object.fromEntries(Array.from({ length: 500 }, (_, n) => ["k" + n, n]))]`, "\n... more columns"],
    ["columns of many rows", `Array.from({ length: 500 }, (_, n) => ({ ["k" + n]: n }))`, "\n... more columns"],
    ["columns of a list", `[new Array(1_000_000).fill(0)]`, "\n... more columns"],
    ["one text", `[{ a: "x".repeat(1_000_000) }]`, ""],
    ["texts", `Array.from({ length: 1000 }, () => ({ a: "x".repeat(10_000), b: "y" }))`, ""],
    ["a long text beside many rows", `["x".repeat(60_000), ...Array.from({ length: 900 }, (_, n) => n)]`, ""],
    ["names of columns", `[{ a: 1 }], Array.from({ length: 100_000 }, (_, n) => "c" + n)`, ""],
    ["a name of a column", `[{ ["n".repeat(1_000_000)]: 1 }]`, ""],
    ["names of rows", `Object.fromEntries(Array.from({ length: 50 }, (_, n) => ["r".repeat(20_000) + n, n]))`, ""],
    ["circles", `(() => { const a = { b: {} }; a.a = a; a.b.a = a; return [a, [a]]; })()`, "[Circular *1]"],
  ])("%s", async (_what, args, end) => {
    const text = await table(args);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.startsWith("┌")).toBe(true);
    if (end !== "") expect(text).toContain(end);
  });
});
