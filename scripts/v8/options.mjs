import { SetupError } from "../setup/run.mjs";
import { DEFAULT_TARGET, targetOf } from "./targets.mjs";

const USAGE = `npm run v8 [-- --check | --graph] [-- --target TARGET]
  (nothing)   builds V8 and packs it into build/v8/TARGET.tar.xz
  --check     builds it again elsewhere and compares the bytes
  --graph     makes build/v8/graph.json again from V8's own build files
  --target    ${DEFAULT_TARGET} unless given`;

/**
 * @param {string[]} args
 */
export function parseOptions(args) {
  const options = { check: false, graph: false, name: DEFAULT_TARGET };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--check") options.check = true;
    else if (args[i] === "--graph") options.graph = true;
    else if (args[i] === "--target" && args[i + 1] !== undefined) options.name = /** @type {string} */ (args[++i]);
    else throw new SetupError(`unknown option: ${args[i]}\n${USAGE}`);
  }
  if (options.check && options.graph) throw new SetupError(`--check and --graph exclude each other\n${USAGE}`);
  return { ...options, target: targetOf(options.name) };
}
