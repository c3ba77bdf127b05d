/** The command line that runs a host script: `network-runtime script.js [threads] [cpu_ms] [memory_mb]`. */
import type { InspectOptions } from "../../contract/inspect.ts";
import type { ListenOptions } from "../../contract/listening.ts";
import type { SandboxOptions } from "../../contract/options.ts";
import { checkNumber, isolateRanges, sandboxRanges } from "../../contract/ranges.ts";
import { INSPECT_FLAGS, parseInspect } from "./inspect-flags.ts";
import { DASHBOARD_FLAG, parseDashboard } from "./listen-flags.ts";
import { unknownFlag, UsageError } from "./usage.ts";

/** A host script, and the defaults of its sandboxes. */
export interface ScriptCommand {
  readonly kind: "script";
  /** The host script, as given. */
  readonly script: string;
  /** Defaults of every `new V8Sandbox()` in the script; absent where the command line says nothing. */
  readonly defaults: Pick<SandboxOptions, "threads" | "cpuMs" | "memoryMb">;
  /** Where every sandbox of the script is debugged; absent: nowhere. */
  readonly inspect?: InspectOptions;
  /** Where every sandbox of the script has its page; absent: nowhere. */
  readonly dashboard?: ListenOptions;
  /** What follows `--`: the script's own arguments. */
  readonly scriptArguments: readonly string[];
}

interface NumberArgument {
  readonly option: "threads" | "cpuMs" | "memoryMb";
  readonly flag: string;
  readonly label: string;
}

/** In the order of the positional arguments. */
const NUMBERS: readonly NumberArgument[] = [
  { option: "threads", flag: "--threads", label: "threads" },
  { option: "cpuMs", flag: "--cpu", label: "cpu_ms" },
  { option: "memoryMb", flag: "--memory", label: "memory_mb" },
];

const FLAGS = [...NUMBERS.map((number) => number.flag), ...INSPECT_FLAGS, DASHBOARD_FLAG, "--help", "--version"];

/**
 * Reads it.
 *
 * @param args - what follows the command's name
 * @throws UsageError if an argument is unknown, missing, repeated or out of range
 */
export function parseScriptArguments(args: readonly string[]): ScriptCommand | { readonly kind: "help" | "version" } {
  const separator = args.indexOf("--");
  const own = separator < 0 ? args : args.slice(0, separator);
  const scriptArguments = separator < 0 ? [] : args.slice(separator + 1);
  const defaults: { threads?: number; cpuMs?: number; memoryMb?: number } = {};
  const positionals: string[] = [];
  let inspect: InspectOptions | undefined;
  let dashboard: ListenOptions | undefined;

  const assign = (number: NumberArgument, label: string, text: string): void => {
    if (defaults[number.option] !== undefined) throw new UsageError(`${number.label} is given twice`);
    defaults[number.option] = parseNumber(label, text);
  };

  for (let index = 0; index < own.length; index++) {
    const argument = own[index]!;
    if (argument === "--help" || argument === "-h") return { kind: "help" };
    if (argument === "--version" || argument === "-v") return { kind: "version" };
    if (!isFlag(argument)) {
      positionals.push(argument);
      continue;
    }
    const equals = argument.indexOf("=");
    const flag = equals < 0 ? argument : argument.slice(0, equals);
    if (INSPECT_FLAGS.includes(flag)) {
      if (inspect) throw new UsageError(`${flag} is given twice`);
      inspect = parseInspect(flag, equals < 0 ? undefined : argument.slice(equals + 1));
      continue;
    }
    if (flag === DASHBOARD_FLAG) {
      if (dashboard) throw new UsageError(`${flag} is given twice`);
      dashboard = parseDashboard(equals < 0 ? undefined : argument.slice(equals + 1));
      continue;
    }
    const number = NUMBERS.find((candidate) => candidate.flag === flag);
    if (number === undefined) throw unknownFlag(argument, flag, FLAGS);
    const text = equals < 0 ? own[++index] : argument.slice(equals + 1);
    if (text === undefined) throw new UsageError(`${flag} needs a number`);
    assign(number, flag, text);
  }

  const [script, ...numbers] = positionals;
  if (script === undefined) throw new UsageError("no script is given");
  if (numbers.length > NUMBERS.length) {
    throw new UsageError(`unexpected argument ${numbers[NUMBERS.length]} (the script's own arguments go after --)`);
  }
  numbers.forEach((text, position) => assign(NUMBERS[position]!, NUMBERS[position]!.label, text));
  // The library knows no "0 threads": on the command line it stands for "whatever you think best".
  if (defaults.threads === 0) delete defaults.threads;
  checkRanges(defaults);
  return {
    kind: "script",
    script,
    defaults,
    scriptArguments,
    ...(inspect && { inspect }),
    ...(dashboard && { dashboard }),
  };
}

/** A number with a sign is a bad number, not an option. */
function isFlag(argument: string): boolean {
  return argument.startsWith("-") && !/^-\d/.test(argument);
}

function parseNumber(label: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`${label} must be a whole number, 0 or more; got ${JSON.stringify(text)}`);
}

/** The ranges are the library's: a number it would refuse later is refused here, before any of the script has run. */
function checkRanges(defaults: Pick<SandboxOptions, NumberArgument["option"]>): void {
  const ranges = { ...isolateRanges, ...sandboxRanges };
  try {
    for (const { option, label } of NUMBERS) checkNumber(option, defaults[option], ranges[option], label);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
