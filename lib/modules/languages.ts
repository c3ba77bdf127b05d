/** What modules are written in, by their names. */
import type { ModuleLanguage } from "../contract/modules.ts";

const BY_EXTENSION: Readonly<Record<string, ModuleLanguage>> = {
  ts: "ts",
  mts: "ts",
  cts: "ts",
  tsx: "tsx",
  jsx: "jsx",
  json: "json",
  ...Object.fromEntries(
    ["css", "csv", "graphql", "html", "md", "sql", "svg", "txt", "xml", "yaml", "yml"].map((text) => [text, "text"]),
  ),
};

/** @returns what the name says; JavaScript if it says nothing */
export function languageOf(name: string): ModuleLanguage {
  const extension = /\.(\w+)(?:[?#].*)?$/s.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension]! : "js";
}
