/** Names of options: a misspelt limit would be no limit. */
import { ArgumentError, OptionError } from "./errors.ts";
import { isolateRanges, sandboxRanges } from "./ranges.ts";
import { show } from "./show.ts";

const isolateNames = [
  ...Object.keys(isolateRanges),
  ...["clock", "random", "wasm", "codegen", "onFatal", "timeZone", "locale"],
];

const scriptNames = ["filename", "language", "sourceMap", "lineOffset", "columnOffset", "functionBody"] as const;

/** The options of the calls that have some, by the calls' names in messages. */
const optionNames = {
  "createIsolate()": [...isolateNames, "name", "data", "trustGroup"],
  "new V8Sandbox()": [...isolateNames, ...Object.keys(sandboxRanges), "hot", "isolation", "jit"],
  "evaluate()": ["args", ...scriptNames, "signal", "timeoutMs"],
  "execute()": scriptNames,
  "import()": ["modules", "signal", "timeoutMs"],
  "inspect()": ["port", "hostname", "discovery", "waitForDebugger"],
  "cpuProfile()": ["samplingIntervalUs"],
  "request()": ["signal", "timeoutMs"],
} as const satisfies Record<string, readonly string[]>;

/** One of these calls. */
export type CallWithOptions = keyof typeof optionNames;

/**
 * Checks options of one of the library's calls.
 * @throws ArgumentError if they are no object, OptionError if one is unknown
 */
export function checkCallNames(options: unknown, doing: CallWithOptions): void {
  checkOptionNames(options, optionNames[doing], doing);
}

/**
 * Checks that options are an object whose names are known, inherited ones too.
 *
 * @param known - the names there are
 * @param doing - the call they were given to
 * @throws ArgumentError, OptionError
 */
export function checkOptionNames(
  options: unknown,
  known: readonly string[],
  doing: string,
): asserts options is Record<string, unknown> {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError(`${doing}: the options must be an object, but are ${show(options)}.`);
  }
  // What a Map holds would be no option, and nobody told.
  if (Symbol.iterator in options) {
    throw new ArgumentError(`${doing}: the options must be an object with names, but are a list or a Map.`);
  }
  for (let level: object | null = options; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.keys(level)) if (!known.includes(name)) throw unknownOption(name, known, doing);
  }
}

/** @param known - the names there are; none if the call takes no options */
export function unknownOption(name: string, known: readonly string[], doing: string): OptionError {
  const what = `${doing}: there is no option ${show(name)}`;
  const owner = (Object.keys(optionNames) as CallWithOptions[]).find((call) =>
    (optionNames[call] as readonly string[]).includes(name),
  );
  if (owner) return new OptionError(name, `${what}: it is one of ${owner}.`);
  const meant = nearestName(name, known);
  const suggestion = meant === undefined ? "" : `; did you mean ${meant}?`;
  const list = known.length === 0 ? " The call takes no options." : ` There are: ${known.join(", ")}.`;
  return new OptionError(name, `${what}${suggestion || "."}${list}`);
}

/**
 * The known name that was probably meant: the same but for case and separators, a longer or shorter form, or a few
 * letters away.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // What is longer than any name is not worth the comparison.
  const given = plain(name.slice(0, 64));
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const other = plain(candidate);
    const shorter = Math.min(given.length, other.length);
    const contained = shorter >= 3 && (other.startsWith(given) || given.startsWith(other) || given.endsWith(other));
    const distance = given === other ? 0 : contained ? 0.5 : editDistance(given, other);
    const close = contained || distance <= Math.max(1, Math.floor(Math.max(given.length, other.length) / 3));
    if (close && distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let previous: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) least = Math.min(least, previous[j - 2]! + 1);
      next.push(least);
    }
    previous = row;
    row = next;
  }
  return row[to.length]!;
}
