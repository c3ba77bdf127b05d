// What docs/ says of the library, checked against it.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { resolveIsolateOptions, resolveSandboxOptions } from "../../lib/contract/options.ts";
import { isolateRanges, sandboxRanges } from "../../lib/contract/ranges.ts";
import type { Range } from "../../lib/contract/ranges.ts";
import type { IsolateOptions } from "../../lib/index.ts";
import { poolRanges } from "../../lib/pool/options.ts";
import { answerRange } from "../../lib/run/define-tools.ts";
import { runRanges } from "../../lib/run/options.ts";
import { fetchRanges, gatewayRanges } from "../../lib/net/common/ranges.ts";

const root = join(import.meta.dir, "../..");
const limits = await Bun.file(join(root, "docs/limits.md")).text();
const readme = await Bun.file(join(root, "README.md")).text();
const security = await Bun.file(join(root, "docs/security.md")).text();

const programs = limits.split("## Of programs and pools")[1] ?? "";

const { sandbox, isolate } = resolveSandboxOptions({});
const defaults: Record<string, unknown> = { ...isolate, ...sandbox };
const ranges: Record<string, Range> = { ...isolateRanges, ...sandboxRanges };

/** The rows of the tables whose first cell is one option's name. */
function optionRows(text: string): string[][] {
  return rowsOf(text).filter(([option]) => option! in defaults);
}

/** The rows of all tables whose first cell begins with a name, that without its quotes. */
function rowsOf(text: string): string[][] {
  const rows = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.flatMap(([, name = "", ...cells]) => {
    const [, option, of] = /^`(\w+)`(?: \(`(\w+)`\))?/.exec(name) ?? [];
    return option === undefined ? [] : [[of === undefined ? option : `${of}.${option}`, ...cells]];
  });
}

/** "1,024", "2^40", "16,777,216 (16 MiB)", "128 MiB", "unlimited" */
function toNumber(text: string): number {
  if (text === "unlimited") return 0;
  const [, mantissa = "", exponent, unit] = /^([\d,.]+)(?:\^(\d+))?(?: (MiB))?/.exec(text) ?? [];
  const number = Number(mantissa.replaceAll(",", "")) ** Number(exponent ?? 1);
  return unit === undefined ? number : number * 2 ** 20;
}

describe("docs/limits.md", () => {
  const [ofEngine = "", others = ""] = limits.split("## Of the network helpers");
  const [ofHelpers = ""] = others.split("## Of programs and pools");
  const rows = optionRows(ofEngine);

  test("has every limit there is", () => {
    const numbers = Object.keys(defaults).filter((name) => typeof defaults[name] === "number");
    // How long threads spin is no limit.
    expect(rows.map(([option]) => option!).sort()).toEqual(numbers.filter((name) => name !== "spinUs").sort());
  });

  test.each(rows.map(([option, value, range]) => ({ option: option!, value: value!, range: range! })))(
    "$option: $value, $range",
    ({ option, value, range }) => {
      if (option === "threads") expect(value).toBe("the processors, at most 16");
      else expect(toNumber(value)).toBe(defaults[option] as number);

      const resolve = (number: number): unknown =>
        option in isolate
          ? resolveIsolateOptions({ [option]: number } as IsolateOptions, isolate)
          : resolveSandboxOptions({ [option]: number });
      const whole = !/Ms$|^cpuShare$/.test(option);
      expect([option, ranges[option]!.integer]).toEqual([option, whole]);
      const [lowest, highest] = range.replace(", or 0", "").split(" to ").map(toNumber) as [number, number];
      for (const inside of [lowest, highest]) expect(() => resolve(inside)).not.toThrow();
      for (const outside of [lowest > 0 ? lowest * 0.99 : -0.5, highest + 1, -1])
        expect(() => resolve(outside)).toThrow(option);
      if (range.endsWith("or 0") || lowest === 0) expect(() => resolve(0)).not.toThrow();
      else expect(() => resolve(0)).toThrow(option);
      if (whole) expect(() => resolve(lowest + 0.5)).toThrow(`${option} must be an integer`);
      else expect(() => resolve(highest - 0.5)).not.toThrow();
    },
  );

  test("has every number of the network helpers, with its default", () => {
    const documented = Object.fromEntries(rowsOf(ofHelpers).map(([option, value]) => [option!, toNumber(value!)]));
    const { timeoutMs: fetchTimeout, ...ofFetch } = fetchRanges;
    const { timeoutMs: gatewayTimeout, ...ofGateway } = gatewayRanges;
    const table: Record<string, Range> = {
      ...ofFetch,
      ...ofGateway,
      "fetchProxy.timeoutMs": fetchTimeout,
      "webSocketGateway.timeoutMs": gatewayTimeout,
    };
    expect(documented).toEqual(Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row.default])));
    for (const [name, { integer, maximum }] of Object.entries(table)) {
      expect([name, integer]).toEqual([name, true]);
      expect([name, maximum]).toEqual([name, /Ms$/.test(name) ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER]);
    }
  });
});

test("docs/limits.md has every number of runs and pools, with its default", () => {
  const documented = Object.fromEntries(rowsOf(programs).map(([option, value]) => [option!, toNumber(value!)]));
  const ranges = Object.entries({ ...runRanges, ...poolRanges });
  expect(documented).toEqual(Object.fromEntries(ranges.map(([name, row]) => [name, row.default])));
  expect(programs).toContain(`${answerRange.default.toLocaleString("en-US")} bytes`);
});

test("the README's limits are those of docs/limits.md", () => {
  const rows = optionRows(readme);
  expect(rows.length).toBeGreaterThan(10);
  for (const [option, , value] of rows) {
    if (option === "threads") continue;
    expect([option, toNumber(value!)]).toEqual([option, defaults[option!] as number]);
  }
});

test("docs/security.md names tests that there are", () => {
  const named = [...security.matchAll(/`(tests\/[^`]+)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(20);
  for (const path of named) {
    const found = [path, `${path}.ts`, `${path}.test.ts`].some((file) => existsSync(join(root, file)));
    expect([path, found]).toEqual([path, true]);
  }
});
