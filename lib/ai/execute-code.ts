import { jsonSchema } from "ai";
import type { Tool, ToolExecutionOptions } from "ai";
import { agentOptionNames, toRunOptions } from "../agents/options.ts";
import type { AgentOptions } from "../agents/options.ts";
import { PROGRAM_SCHEMA, programPrompt, resolveProgramOptions } from "../agents/prompt.ts";
import { runBody } from "../agents/programs.ts";
import { tell } from "../agents/telling.ts";
import type { Told } from "../agents/telling.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { ToolSet } from "../run/index.ts";
import { toToolSet } from "./sdk-tools.ts";

/** Options of {@link executeCode}. */
export interface ExecuteCodeOptions extends AgentOptions {
  /** What programs may call as `tools`: the SDK's tools, or what `defineTools` made. */
  tools?: ToolSet | Readonly<Record<string, Tool>> | undefined;
  /** What the model is told the tool is for, before the tools' declarations. */
  description?: string | undefined;
  /**
   * Of a program's value, as JSON, in UTF-16 code units: what is longer is cut. Minimum 1.
   * @defaultValue 65_536
   */
  valueLengthMax?: number | undefined;
}

/** What the model gives. */
export interface ExecuteCodeInput {
  /** TypeScript: the body of an async function. */
  code: string;
}

/**
 * A tool for the AI SDK: the model writes a program, which runs in an isolate of its own with the tools as functions, and is told
 * what came of it. What a program does, hostile or wrong, is an answer to the model and never an exception.
 *
 * Of the SDK's tools those are there that have an `execute` and need nobody's approval.
 *
 * @param options - the tools, and what each program may use
 * @returns for `generateText({ tools: { executeCode: … } })`
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * import { generateText, stepCountIs } from "ai";
 * import { executeCode } from "network-runtime/ai";
 *
 * const tools = { executeCode: await executeCode({ tools: { search, order }, limits: { cpuMs: 500 } }) };
 * const { text } = await generateText({ model, tools, prompt, stopWhen: stepCountIs(5) });
 * ```
 */
export async function executeCode(options: ExecuteCodeOptions = {}): Promise<Tool<ExecuteCodeInput, Told>> {
  const doing = "executeCode()";
  checkOptionNames(options as unknown, [...agentOptionNames, "tools", "description", "valueLengthMax"], doing);
  const { description, valueLengthMax } = resolveProgramOptions(options, doing);
  const { tools } = options;
  const set = tools === undefined || tools instanceof ToolSet ? tools : await toToolSet(tools);
  const made = {
    description: programPrompt(description, set),
    inputSchema: jsonSchema<ExecuteCodeInput>({ ...PROGRAM_SCHEMA, required: [...PROGRAM_SCHEMA.required] }),
    execute: async (
      { code }: ExecuteCodeInput,
      { abortSignal }: Pick<ToolExecutionOptions<unknown>, "abortSignal">,
    ): Promise<Told> => {
      const result = await runBody("", String(code), {
        ...toRunOptions(options),
        ...{ language: "ts", ...(set && { tools: set }), ...(abortSignal && { signal: abortSignal }) },
      });
      return tell(result, valueLengthMax);
    },
  };
  return made as Tool<ExecuteCodeInput, Told>;
}
