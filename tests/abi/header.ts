import { readFileSync } from "node:fs";

const root = `${import.meta.dir}/../..`;
const text = readFileSync(`${root}/engine/include/network_runtime.h`, "utf8").replace(/\/\*.*?\*\//gs, "");

/** Every number the public header names: its enumerators and its numeric macros. */
export const headerConstants: ReadonlyMap<string, number> = new Map(
  [...text.matchAll(/^\s*(?:#define\s+)?(NR_\w+)\s*=?\s*(-?(?:0x[\da-fA-F]+|\d+))u?\b/gm)].map((match) => [
    match[1]!,
    Number(match[2]),
  ]),
);

/** Every function the public header declares. */
export const headerFunctions: readonly string[] = [...text.matchAll(/\b(nr_\w+)\s*\(/g)]
  .map((match) => match[1]!)
  .sort();

/** What a function takes and returns, in bun:ffi's words. */
export interface Signature {
  readonly args: readonly string[];
  readonly returns: string;
}

const types: Record<string, string> = {
  uint16_t: "u16",
  uint32_t: "u32",
  int32_t: "i32",
  nr_sandbox: "u32",
  nr_isolate: "u32",
  nr_template: "u32",
};

function typeOf(declaration: string, returned = false): string {
  if (declaration.includes("*")) return returned && declaration.includes("char") ? "cstring" : "ptr";
  const name = declaration.trim().split(/\s+/)[0]!;
  const type = types[name];
  if (type === undefined) throw new Error(`the header has a type that is not known here: ${name}`);
  return type;
}

/** Every function the public header declares, and how it is called. */
export const headerSignatures: Readonly<Record<string, Signature>> = Object.fromEntries(
  [...text.matchAll(/^([\w ]+?\**) ?\b(nr_\w+)\s*\(([^)]*)\)/gm)].map(([, result, name, parameters]) => [
    name!,
    {
      args: parameters!.trim() === "void" ? [] : parameters!.split(",").map((parameter) => typeOf(parameter)),
      returns: typeOf(result!, true),
    },
  ]),
);

/** The fields of a struct of the public header: where each lies, in bytes, and its type. */
export function headerStruct(name: string): Record<string, { readonly at: number; readonly type: string }> {
  const body = new RegExp(`^typedef struct ${name} \\{(.*?)^\\}`, "ms").exec(text)?.[1];
  if (body === undefined) throw new Error(`the header has no struct ${name}`);
  const fields: Record<string, { at: number; type: string }> = {};
  let at = 0;
  for (const [, declared, field] of body.matchAll(/(\w+) (\w+);/g)) {
    const type = typeOf(declared!);
    const size = type === "u16" ? 2 : 4;
    at = Math.ceil(at / size) * size;
    fields[field!] = { at, type };
    at += size;
  }
  return fields;
}

/** The constants under a prefix, by the rest of their names. */
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
