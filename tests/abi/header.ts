import { readFileSync } from "node:fs";

const root = `${import.meta.dir}/../..`;
const text = readFileSync(`${root}/engine/include/network_runtime.h`, "utf8").replace(/\/\*.*?\*\//gs, "");

/** Every number the public header names: its enumerators and its numeric macros. */
export const headerConstants: ReadonlyMap<string, number> = new Map(
  [...text.matchAll(/^\s*(?:#define\s+)?(NR_\w+)\s*=?\s*(-?\d+)u?\b/gm)].map((match) => [match[1]!, Number(match[2])]),
);

/** Every function the public header declares. */
export const headerFunctions: readonly string[] = [...text.matchAll(/\b(nr_\w+)\s*\(/g)]
  .map((match) => match[1]!)
  .sort();

/** Those under a prefix, by the rest of their names. */
export function headerGroup(prefix: string): Record<string, number | undefined> {
  const group: Record<string, number | undefined> = {};
  for (const [name, value] of headerConstants) if (name.startsWith(prefix)) group[name.slice(prefix.length)] = value;
  return group;
}

/** CpuTotalMs -> CPU_TOTAL_MS: the binding's names as the header writes them. */
export function headerNames(constants: Readonly<Record<string, number>>): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [
      name.replace(/(?<=[a-z\d])(?=[A-Z])/g, "_").toUpperCase(),
      value,
    ]),
  );
}
