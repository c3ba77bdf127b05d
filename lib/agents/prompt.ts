/** What a model is told of programs and their tools. */
import { checkText } from "../contract/option-values.ts";
import type { Range } from "../contract/ranges.ts";
import { checkNumber } from "../contract/ranges.ts";
import type { ToolSet } from "../run/index.ts";
import { VALUE_LENGTH_MAX } from "./telling.ts";

export const valueLengthRange = {
  ...{ minimum: 1, maximum: 2 ** 31 - 1, integer: true, zero: false, unit: "code units" },
  default: VALUE_LENGTH_MAX,
} as const satisfies Range;

/** What a model gives to have a program run, as JSON Schema has it. */
export const PROGRAM_SCHEMA = {
  type: "object",
  properties: { code: { type: "string", description: "TypeScript: the body of an async function." } },
  required: ["code"],
  additionalProperties: false,
} as const;

const DESCRIPTION =
  "Runs a TypeScript program and tells what it returns. Write the body of an async function: `await` what you call, and " +
  "`return` a value that JSON can say. `console.log` is told, too. There are no files, no network and no modules. " +
  "Each program starts afresh.";

/** @throws OptionError */
export function resolveProgramOptions(
  { description, valueLengthMax }: { readonly description?: unknown; readonly valueLengthMax?: unknown },
  doing: string,
): { readonly description: string; readonly valueLengthMax: number } {
  checkText("description", description, doing);
  return {
    description: (description as string | undefined) ?? DESCRIPTION,
    valueLengthMax: checkNumber("valueLengthMax", valueLengthMax, valueLengthRange, doing),
  };
}

/** The description with the tools' declarations. */
export function programPrompt(description: string, tools: ToolSet | undefined): string {
  return tools ? `${description}\n\nThe program may call:\n\n${tools.declarations()}` : description;
}
