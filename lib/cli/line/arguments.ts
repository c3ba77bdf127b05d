/** The command line of `network-runtime`, without what it leads to. */
import { nearestName } from "../../contract/option-names.ts";
import { readFlags } from "./flags.ts";
import { parseGuestArguments, type GuestCommand, type ReplCommand } from "./guest-arguments.ts";
import { parseScriptArguments, type ScriptCommand } from "./script-arguments.ts";
import { UsageError } from "./usage.ts";

/** What a command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "doctor"; readonly json: boolean }
  | { readonly kind: "init"; readonly folder: string }
  | GuestCommand
  | ReplCommand
  | ScriptCommand;

const WORDS = ["run", "eval", "repl", "doctor", "init"];

/**
 * Reads a command line.
 *
 * @param args - what follows the command's name
 * @throws UsageError if an argument is unknown, missing, repeated or out of range
 */
export function parseArguments(args: readonly string[]): Command {
  const [word, ...rest] = args;
  switch (word) {
    case "run":
    case "eval":
    case "repl":
      return parseGuestArguments(word, rest);
    case "doctor":
      return parseDoctor(rest);
    case "init":
      return parseInit(rest);
    default:
      return parseScriptArguments(args);
  }
}

/** The command's word that was probably meant by the name of a script that is not there. */
export function nearestWord(script: string): string | undefined {
  return nearestName(script, WORDS);
}

function parseDoctor(args: readonly string[]): Command {
  const { switches, others } = readFlags(args, { json: "switch" });
  if (switches.has("help")) return { kind: "help" };
  if (others.length > 0) throw new UsageError(`unexpected argument ${others[0]}`);
  return { kind: "doctor", json: switches.has("json") };
}

function parseInit(args: readonly string[]): Command {
  const { switches, others } = readFlags(args, {});
  if (switches.has("help")) return { kind: "help" };
  if (others.length > 1) throw new UsageError(`unexpected argument ${others[1]}`);
  return { kind: "init", folder: others[0] ?? "." };
}
