// The engine's limits are the library's: what one accepts, the other does not refuse with a status.
import { Glob } from "bun";
import { describe, expect, test } from "bun:test";
import { isolateRanges, sandboxRanges } from "../../lib/contract/ranges.ts";
import type { Range } from "../../lib/contract/ranges.ts";
import { IsolateOption, ProcessOption, SandboxOption } from "../../lib/engine/constants.ts";
import { headerNames } from "./header.ts";

const engine = `${import.meta.dir}/../../engine`;
const [limits] = new Glob("**/limits.zig").scanSync(engine);
const text = await Bun.file(`${engine}/${limits}`).text();

interface Read {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
}

/** "(1 << 31) - 1", "64 * 1024", "1e12" */
function toNumber(zig: string): number {
  const [, shifted, minus] = /^\(?1 << (\d+)\)?( - 1)?$/.exec(zig) ?? [];
  if (shifted !== undefined) return 2 ** Number(shifted) - (minus === undefined ? 0 : 1);
  return zig.split(" * ").reduce((product, factor) => product * Number(factor.replaceAll("_", "")), 1);
}

/** What limits.zig reads, by the option's name there. */
function reads(reader: string): Record<string, Read> {
  const [, body = ""] = new RegExp(`pub const ${reader} = struct \\{(.*?)^\\};`, "ms").exec(text) ?? [];
  const calls = body.matchAll(/get\.(integer|real|duration)\(\.(\w+), ([^,]+), ([^,]+)(?:, [^)]+)?\)(?=[,)])/g);
  return Object.fromEntries(
    [...calls].map(([, kind, option, minimum, maximum]) => [
      option!,
      { minimum: toNumber(minimum!), maximum: toNumber(maximum!), integer: kind === "integer" },
    ]),
  );
}

/** The table's rows, by the names of the engine's options. */
function table(ranges: Record<string, Range>): Record<string, Read> {
  const rows = Object.entries(ranges).map(([name, { minimum, maximum, integer }]) => {
    const option = name === "outboundBytesTotalMax" ? "outboundBytesMax" : name;
    const [header] = Object.keys(headerNames({ [option.charAt(0).toUpperCase() + option.slice(1)]: 0 }));
    return [header!.toLowerCase(), { minimum, maximum, integer }] as const;
  });
  return Object.fromEntries(rows);
}

/** All options of the ABI but these, in lower case. */
function options(constants: Readonly<Record<string, number>>, ...others: string[]): string[] {
  const names = Object.keys(headerNames(constants)).map((name) => name.toLowerCase());
  return names.filter((name) => name !== "count" && !others.includes(name)).sort();
}

describe("the ranges of the engine's limits.zig are those of lib/contract/ranges.ts", () => {
  test("of isolates", () => {
    const { flags, random_seed: seed, template: handle, ...read } = reads("IsolateLimits");
    // Which lib/contract/determinism.ts checks.
    expect(seed).toMatchObject({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
    expect(handle).toBeDefined();
    // What the library keeps is not the engine's.
    const { host_bytes_max: kept, ...others } = table(isolateRanges);
    expect(kept).toBeDefined();
    expect(Object.keys(read).sort()).toEqual(
      options(IsolateOption, "flags", "random_seed", "clock_start_ms", "template"),
    );
    expect(read).toEqual(others);
  });

  // 0 and negative numbers mean other things there.
  test("of sandboxes; how long threads spin is read by itself, and how many are spare begins at 1", () => {
    const { spare_threads: spareRead, ...read } = reads("SandboxLimits");
    const {
      spin_us: spin,
      template_bytes_max: _templates,
      spare_threads: spare,
      isolates_per_process: _isolates,
      processes_max: _processes,
      spare_processes: _spares,
      ...others
    } = table(sandboxRanges);
    expect(Object.keys(read).sort()).toEqual(options(SandboxOption, "spin_us", "spare_threads"));
    expect(spareRead).toEqual({ ...spare!, minimum: 1 });
    expect(read).toEqual(others);
    expect(Number(/spin_us_max: f64 = (\d+);/.exec(text)?.[1])).toBe(spin!.maximum);
  });

  test("of child processes, which remote/settings.zig has", async () => {
    const settings = await Bun.file(`${engine}/remote/settings.zig`).text();
    const slots = Number(/slots_max = (\d+);/.exec(await Bun.file(`${engine}/ring/layout.zig`).text())?.[1]);
    const calls = settings.matchAll(/integer\(options, \.(\w+), (\d+), (\w+|layout\.slots_max), \d+\)/g);
    const read = Object.fromEntries(
      [...calls].map(([, option, minimum, maximum]) => {
        const most = maximum === "layout.slots_max" ? slots : Number(maximum);
        return [option!, { minimum: Number(minimum), maximum: most, integer: true }];
      }),
    );
    const { required: _layers, no_jit: _jit, ...ranges } = read;
    expect(Object.keys(read).sort()).toEqual(options(ProcessOption));
    const { isolates_per_process, processes_max, spare_processes } = table(sandboxRanges);
    expect<object>(ranges).toEqual({ isolates_per_process, processes_max, spare_processes });
  });
});
