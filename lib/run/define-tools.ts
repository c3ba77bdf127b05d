import type { CallContext, HostApi } from "../api/isolate.ts";
import { toInputIssues, tool } from "../api/tool.ts";
import { ArgumentError } from "../contract/errors.ts";
import type { StandardSchema } from "../contract/exposed.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkFunction, checkText } from "../contract/option-values.ts";
import { checkNumber } from "../contract/ranges.ts";
import type { Range } from "../contract/ranges.ts";
import { show } from "../contract/show.ts";
import { boundAnswer } from "../core/answer-bounds.ts";
import { OutputError } from "./errors.ts";
import type { ToolDefinition, ToolDefinitions } from "./tool-definition.ts";
import { ToolSet, toToolSet } from "./tool-set.ts";

const DOING = "defineTools()";
const names = ["description", "input", "output", "inputJsonSchema", "outputJsonSchema", "answerBytesMax", "run"];

/** What a tool may answer. */
export const answerRange = {
  minimum: 1,
  maximum: 2 ** 31 - 1,
  integer: true,
  zero: true,
  unit: "bytes",
  default: 1024 * 1024,
} as const satisfies Range;

/**
 * Makes tools for guests of one definition each: what the guest calls, the check of what it gives and of what it gets, and the
 * declarations that tell a model of it.
 *
 * @typeParam Inputs - the types of the inputs' schemas, by name
 * @param definitions - tools by name; what `defineTools` made stands for several under a name
 * @returns the tools: for `run(code, { tools })`, or `isolate.expose("tools", tools.api)`
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * const tools = defineTools({
 *   search: {
 *     description: "Finds products by their name.",
 *     input: z.object({ query: z.string(), limit: z.number().int().max(50).optional() }),
 *     output: z.array(z.object({ name: z.string(), price: z.number() })),
 *     run: ({ query, limit }) => shop.search(query, limit),
 *   },
 * });
 * const prompt = `You may use:\n${tools.declarations()}`;
 * const result = await run(program, { tools });
 * ```
 */
export function defineTools<Inputs>(definitions: ToolDefinitions<Inputs>): ToolSet {
  if (typeof definitions !== "object" || definitions === null || Symbol.iterator in definitions) {
    throw new ArgumentError(`${DOING}: the tools must be an object of definitions, but are ${show(definitions)}.`);
  }
  const members = new Map<string, ToolDefinition | ToolSet>();
  const api: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(definitions as Record<string, unknown>)) {
    const isSet = member instanceof ToolSet;
    // A copy, which nobody changes any more.
    const defined = isSet ? member : { ...checked(member, name) };
    members.set(name, defined);
    const value = defined instanceof ToolSet ? defined.api : toFunction(defined);
    Object.defineProperty(api, name, { value, enumerable: true });
  }
  return toToolSet(api as HostApi, members);
}

function checked(member: unknown, name: string): ToolDefinition {
  const doing = `${DOING}: ${name}`;
  checkOptionNames(member, names, doing);
  const { run, description, answerBytesMax, input, output } = member as Partial<ToolDefinition>;
  if (run === undefined) throw new ArgumentError(`${doing} has no run, the function that does it.`);
  checkFunction("run", run, doing);
  checkText("description", description, doing);
  checkNumber("answerBytesMax", answerBytesMax, answerRange, doing);
  for (const [side, schema] of Object.entries({ input, output }) as [string, Partial<StandardSchema> | undefined][]) {
    if (schema === undefined || typeof schema?.["~standard"]?.validate === "function") continue;
    throw new ArgumentError(`${doing}: ${side} must be a Standard Schema, but is ${show(schema)} without one.`);
  }
  return member as unknown as ToolDefinition;
}

/** The tool as it is exposed. */
function toFunction({ input, output, run, answerBytesMax }: ToolDefinition): Function {
  const answer = async (given: unknown, context: CallContext): Promise<unknown> => {
    const result: unknown = await run(given as never, context);
    return output ? check(output, result, context.name) : result;
  };
  const exposed = input
    ? tool(input as StandardSchema, answer)
    : async (...given: unknown[]) => answer(undefined, given.at(-1) as CallContext);
  const bytesMax = checkNumber("answerBytesMax", answerBytesMax, answerRange, DOING);
  return bytesMax === 0 ? exposed : boundAnswer(exposed, bytesMax);
}

/** @returns what the schema makes of an answer */
async function check(schema: StandardSchema, value: unknown, name: string): Promise<unknown> {
  const result = await schema["~standard"].validate(value);
  if (result.issues) throw new OutputError(name, toInputIssues(result.issues));
  return result.value;
}
