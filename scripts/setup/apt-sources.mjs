// Where this machine gets Debian's packages from, out of apt's own lists of sources in both of their formats. Read from the
// files rather than asked of apt-get, which knows no source before the first `apt-get update`.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ uri: string, signedBy: string | undefined }} AptSource one archive */

const suites = ["bookworm", "trixie", "forky", "sid", "oldstable", "stable", "testing", "unstable"];

/**
 * @param {string} suite
 * @param {string} suffix
 */
function isDebian(suite, suffix) {
  return suites.some((name) => name + suffix === suite);
}

/**
 * The archives of this machine that have a Debian suite.
 * @param {string} [etc]
 * @param {string} [suffix] of the suite's name: "-security" for the archives that have security updates
 * @returns {AptSource[]}
 */
export function debianSources(etc = "/etc/apt", suffix = "") {
  const parts = join(etc, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const files = [join(etc, "sources.list"), ...names.map((name) => join(parts, name))];
  const sources = files
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8");
      if (file.endsWith(".sources")) return parseStanzas(text, suffix);
      return file.endsWith(".list") ? parseLines(text, suffix) : [];
    });
  return [...new Map(sources.map((source) => [source.uri, source])).values()];
}

/**
 * The format of *.sources: stanzas of fields.
 * @param {string} text
 * @param {string} [suffix]
 * @returns {AptSource[]}
 */
export function parseStanzas(text, suffix = "") {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const lines = stanza.split("\n").filter((line) => !line.startsWith("#"));
    /** @param {string} name */
    const field = (name) => {
      const line = lines.find((line) => line.toLowerCase().startsWith(`${name}:`));
      return line === undefined
        ? []
        : line
            .slice(name.length + 1)
            .trim()
            .split(/\s+/);
    };
    if (!field("suites").some((suite) => isDebian(suite, suffix)) || field("enabled")[0] === "no") return [];
    return field("uris").map((uri) => ({ uri, signedBy: field("signed-by").find((key) => key.startsWith("/")) }));
  });
}

/**
 * The format of *.list: a line each.
 * @param {string} text
 * @param {string} [suffix]
 * @returns {AptSource[]}
 */
export function parseLines(text, suffix = "") {
  return text.split("\n").flatMap((line) => {
    const [, options = "", uri, suite] = /^deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)/.exec(line.trim()) ?? [];
    if (uri === undefined || suite === undefined || !isDebian(suite, suffix)) return [];
    return [{ uri, signedBy: /(?:^|\s)signed-by=(\/\S+)/i.exec(options)?.[1] }];
  });
}

/**
 * Lines for a sources.list of one suite.
 * @param {"deb" | "deb-src"} type binary or source packages
 * @param {readonly AptSource[]} sources
 * @param {string} suite
 */
export function aptSourceLines(type, sources, suite) {
  return sources
    .map(({ uri, signedBy }) => {
      const options = signedBy === undefined ? "" : ` [signed-by=${signedBy}]`;
      return `${type}${options} ${uri} ${suite} main\n`;
    })
    .join("");
}
