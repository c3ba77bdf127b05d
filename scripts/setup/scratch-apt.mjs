import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * An apt with sources, lists and caches of its own in a folder: it needs no rights, works before the machine's first
 * `apt-get update` and leaves the machine's configuration as it is. Debian's signatures are checked as ever.
 * @param {string} folder made if need be
 * @param {string} sources the text of its sources.list
 * @returns {string[]} options for apt-get and apt-cache
 */
export function scratchApt(folder, sources) {
  for (const part of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, "sources.list"), sources);
  return [
    `Dir::Etc::SourceList=${join(folder, "sources.list")}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State::Lists=${join(folder, "lists")}`,
    `Dir::Cache=${join(folder, "cache")}`,
    "APT::Sandbox::User=root",
    "Acquire::Languages=none",
    "Acquire::Retries=3",
  ].flatMap((option) => ["-o", option]);
}
