/** Options of a command line, by a table of those that there are. */
import { parseArgs } from "node:util";
import { unknownFlag, UsageError } from "./usage.ts";

/** How an option is given: without a value, with one, with one as often as one likes. */
export type FlagKind = "switch" | "one" | "many";

/** What was given, by the options' names without dashes. */
export interface Given {
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** What is no option. */
  readonly others: readonly string[];
}

/** @throws UsageError if an option is unknown, has no value or too many */
export function readFlags(args: readonly string[], flags: Readonly<Record<string, FlagKind>>): Given {
  const known = { ...flags, help: "switch" as const };
  const options = Object.entries(known).map(([name, kind]) => {
    return [name, { type: kind === "switch" ? ("boolean" as const) : ("string" as const) }] as const;
  });
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const switches = new Set<string>();
  const values = new Map<string, string[]>();
  const others: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") others.push(token.value);
    if (token.kind !== "option") continue;
    const name = token.rawName === "-h" ? "help" : token.name;
    const kind = Object.hasOwn(known, name) ? known[name as keyof typeof known] : undefined;
    if (kind === undefined || (token.rawName !== `--${name}` && name !== "help")) {
      throw unknownFlag(
        args[token.index]!,
        token.rawName,
        Object.keys(known).map((one) => `--${one}`),
      );
    }
    if (kind === "switch") {
      if (token.value !== undefined) throw new UsageError(`--${name} takes no value`);
      switches.add(name);
      continue;
    }
    if (token.value === undefined) throw new UsageError(`--${name} needs a value`);
    const before = values.get(name) ?? [];
    if (kind === "one" && before.length > 0) throw new UsageError(`--${name} is given twice`);
    values.set(name, [...before, token.value]);
  }
  return { switches, values, others };
}
