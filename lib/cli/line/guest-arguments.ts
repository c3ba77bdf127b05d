/** The command lines that run a guest: `run`, `eval` and `repl`. */
import { isIdentifier, NO_IDENTIFIER } from "../../contract/identifiers.ts";
import { nearestName } from "../../contract/option-names.ts";
import { scriptLanguages, type EvaluateOptions } from "../../contract/options.ts";
import { checkNumber, isolateRanges } from "../../contract/ranges.ts";
import { readFlags, type FlagKind } from "./flags.ts";
import { UsageError } from "./usage.ts";

/** What a guest gets, and what it may use. */
export interface GuestSettings {
  readonly limits: { readonly cpuMs?: number; readonly memoryMb?: number; readonly wallMs?: number };
  readonly isolation: "isolate" | "process";
  /** What it may reach of the network. */
  readonly allow: readonly string[];
  /** Names to bind, and their values. */
  readonly args: Readonly<Record<string, unknown>>;
  /** A module with tools, as given. */
  readonly tools: string | undefined;
}

/** A guest and what becomes of it. */
export interface GuestCommand {
  readonly kind: "run" | "eval";
  /** A file of `run`, code of `eval`; `-` is standard input. */
  readonly what: string;
  readonly settings: GuestSettings;
  readonly language: NonNullable<EvaluateOptions["language"]> | undefined;
  readonly bundle: boolean;
  readonly json: boolean;
}

/** A guest that is given one line after another. */
export interface ReplCommand {
  readonly kind: "repl";
  readonly settings: GuestSettings;
}

const SHARED = {
  "allow-net": "many",
  arg: "many",
  tools: "one",
  cpu: "one",
  memory: "one",
  wall: "one",
  isolation: "one",
} as const satisfies Record<string, FlagKind>;
const FLAGS: Record<"run" | "eval" | "repl", Readonly<Record<string, FlagKind>>> = {
  run: { ...SHARED, language: "one", bundle: "switch", json: "switch" },
  eval: { ...SHARED, language: "one", json: "switch" },
  repl: SHARED,
};
const NUMBERS = { cpu: "cpuMs", memory: "memoryMb", wall: "wallMs" } as const;
const WHAT = { run: "a file", eval: "code" };

/**
 * Reads what follows the command's word.
 * @throws UsageError
 */
export function parseGuestArguments(
  kind: "run" | "eval" | "repl",
  args: readonly string[],
): GuestCommand | ReplCommand | { readonly kind: "help" } {
  const { switches, values, others } = readFlags(args, FLAGS[kind]);
  if (switches.has("help")) return { kind: "help" };
  const one = (name: string): string | undefined => values.get(name)?.[0];
  const settings: GuestSettings = {
    limits: limitsOf(one),
    isolation: oneOf("--isolation", one("isolation") ?? "isolate", ["isolate", "process"] as const),
    allow: values.get("allow-net") ?? [],
    args: Object.fromEntries((values.get("arg") ?? []).map(parseArg)),
    tools: one("tools"),
  };
  const [what, ...more] = others;
  const tooMany = kind === "repl" ? what : more[0];
  if (tooMany !== undefined)
    throw new UsageError(`unexpected argument ${tooMany} (names are bound by --arg NAME=TEXT)`);
  if (kind === "repl") return { kind, settings };
  if (what === undefined) throw new UsageError(`${kind} needs ${WHAT[kind]}, or - for standard input`);
  const language = one("language");
  return {
    ...{ kind, what, settings, bundle: switches.has("bundle"), json: switches.has("json") },
    language: language === undefined ? undefined : oneOf("--language", language, scriptLanguages),
  };
}

function limitsOf(one: (name: string) => string | undefined): GuestSettings["limits"] {
  const limits: Record<string, number> = {};
  for (const [flag, option] of Object.entries(NUMBERS)) {
    const text = one(flag);
    if (text === undefined) continue;
    if (!/^\d+$/.test(text)) {
      throw new UsageError(`--${flag} must be a whole number, 0 or more; got ${JSON.stringify(text)}`);
    }
    try {
      limits[option] = checkNumber(option, Number(text), isolateRanges[option], `--${flag}`);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }
  return limits;
}

function oneOf<Value extends string>(flag: string, text: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === text);
  if (found !== undefined) return found;
  const meant = nearestName(text, known);
  const suggestion = meant === undefined ? `there are: ${known.join(", ")}` : `did you mean ${meant}?`;
  throw new UsageError(`${flag} has no ${JSON.stringify(text)}; ${suggestion}`);
}

/** `NAME=TEXT` or `NAME:=JSON`. */
function parseArg(text: string): [name: string, value: unknown] {
  const [, name, separator, value] = /^([^=:]*)(:?=)([^]*)$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--arg ${text}: it must be NAME=TEXT or NAME:=JSON`);
  if (!isIdentifier(name)) throw new UsageError(`--arg ${text}: the name ${JSON.stringify(name)} ${NO_IDENTIFIER}`);
  if (separator === "=") return [name, value];
  try {
    return [name, JSON.parse(value!)];
  } catch (error) {
    throw new UsageError(`--arg ${text}: no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
