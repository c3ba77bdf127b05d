import { SetupError } from "../setup/run.mjs";

/**
 * @typedef {object} Target
 * @property {string} triple for Zig
 * @property {string} rust the triple for Rust
 * @property {string} cpu for GN
 * @property {string} graph the manifest, in build/v8
 */

/** glibc 2.31 is that of Debian 11 and Ubuntu 20.04. */
const LINUX = "linux-gnu.2.31";

/** @type {Record<string, Target>} */
const TARGETS = {
  "linux-x64-gnu": { triple: `x86_64-${LINUX}`, rust: "x86_64-unknown-linux-gnu", cpu: "x64", graph: "graph.json" },
};

/** What stands between us and the others. */
const LATER = {
  "linux-arm64-gnu":
    "a graph of its own (GN with target_cpu arm64 tells host tools and target apart) and a machine to test it",
  "linux-x64-musl": "the triple x86_64-linux-musl with linux-x64-gnu's graph, and an allocator in the engine for musl",
  "linux-arm64-musl": "what linux-arm64-gnu and linux-x64-musl need",
  "darwin-arm64": "a graph made with target_os mac, and Apple's SDK",
  "darwin-x64": "what darwin-arm64 needs",
};

export const DEFAULT_TARGET = "linux-x64-gnu";

/**
 * @param {string} name
 * @returns {Target}
 */
export function targetOf(name) {
  const target = TARGETS[name];
  if (target !== undefined) return target;
  const later = Object.entries(LATER).map(([other, needs]) => `  ${other}: would need ${needs}`);
  throw new SetupError(
    `V8 cannot be built for ${name}. Targets:\n${Object.keys(TARGETS)
      .map((known) => `  ${known}`)
      .join("\n")}\nNot yet:\n${later.join("\n")}`,
  );
}
