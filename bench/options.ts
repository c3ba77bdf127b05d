/** The benchmark's command line. */
import { lines } from "./lines/index.ts";
import { peers } from "./peers/registry.ts";
import type { Contender } from "./peers/registry.ts";
import type { Line } from "./lines/line.ts";

export const usage = `Usage: bun run bench [options]

  --only NAME[,NAME]     measure these lines only: ${lines.map(({ name }) => name).join(", ")}
  --peers all|none|LIST  measure these peers besides the library (default: all): ${peers.map(({ name }) => name).join(", ")}
  --no-ours              measure the peers only
  --quick                fewer and shorter measurements; without Deno, unless --peers names it
  --markdown             print Markdown tables
  --json FILE            write all numbers to a file, too
  --help                 print this text
`;

/** What the command line asks for. */
export interface Options {
  readonly lines: readonly Line[];
  readonly peers: readonly Contender[];
  readonly ours: boolean;
  readonly quick: boolean;
  readonly markdown: boolean;
  readonly json: string | undefined;
  readonly help: boolean;
}

/** A command line that cannot be understood. */
export class UsageError extends Error {}

/**
 * Reads the arguments.
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options {
  const options = {
    lines,
    peers: undefined as readonly Contender[] | undefined,
    ours: true,
    quick: false,
    markdown: false,
    json: undefined as string | undefined,
    help: false,
  };
  const rest = args.flatMap((arg) => {
    const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
    return equals < 0 ? [arg] : [arg.slice(0, equals), arg.slice(equals + 1)];
  });
  for (let i = 0; i < rest.length; i++) {
    const name = rest[i];
    const value = (): string => {
      const next = rest[++i];
      if (next === undefined) throw new UsageError(`${name} needs a value.`);
      return next;
    };
    if (name === "--only") options.lines = choose(lines, value(), "line");
    else if (name === "--peers") options.peers = choosePeers(value());
    else if (name === "--no-ours") options.ours = false;
    else if (name === "--quick") options.quick = true;
    else if (name === "--markdown") options.markdown = true;
    else if (name === "--json") options.json = value();
    else if (name === "--help") options.help = true;
    else throw new UsageError(`There is no option ${name}.`);
  }
  return { ...options, peers: options.peers ?? peers.filter(({ name }) => !options.quick || name !== "deno") };
}

function choosePeers(list: string): readonly Contender[] {
  if (list === "all") return peers;
  return list === "none" ? [] : choose(peers, list, "peer");
}

function choose<T extends { readonly name: string }>(all: readonly T[], list: string, what: string): readonly T[] {
  const names = list.split(",");
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no ${what} ${unknown}. There are: ${all.map(({ name }) => name).join(", ")}.`);
  }
  return all.filter(({ name }) => names.includes(name));
}
