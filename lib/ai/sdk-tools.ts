/** The SDK's tools as tools of programs. */
import { asSchema } from "ai";
import type { Tool } from "ai";
import type { StandardSchema } from "../contract/exposed.ts";
import { defineTools } from "../run/index.ts";
import type { JsonSchema, ToolDefinition, ToolSet } from "../run/index.ts";

/** How the SDK calls the call that a program is. */
export interface Calling {
  readonly toolCallId: string;
  readonly messages: readonly never[];
}

const CALLING: Calling = { toolCallId: "executeCode", messages: [] };

/**
 * @param tools - those that have an `execute`; others are the client's to answer, and those that need approval a person's
 */
export async function toToolSet(tools: Readonly<Record<string, Tool>>): Promise<ToolSet> {
  const definitions: Record<string, ToolDefinition> = {};
  for (const [name, tool] of Object.entries(tools)) {
    const { execute, description, inputSchema } = tool;
    if (typeof execute !== "function" || needsApproval(tool)) continue;
    const schema = asSchema(inputSchema as Parameters<typeof asSchema>[0]);
    const inputJsonSchema = (await schema.jsonSchema) as JsonSchema;
    const validate = async (value: unknown): Promise<{ value: unknown } | { issues: { message: string }[] }> => {
      const result = (await schema.validate?.(value)) ?? { success: true as const, value };
      return result.success ? { value: result.value } : { issues: [{ message: result.error.message }] };
    };
    const input = { "~standard": { version: 1, vendor: "ai", validate } } as unknown as StandardSchema;
    definitions[name] = {
      ...(typeof description === "string" && { description }),
      ...{ input, inputJsonSchema },
      run: async (given: unknown, { signal }) => {
        const answer: unknown = execute(given as never, { ...CALLING, abortSignal: signal } as never);
        return isIterable(answer) ? lastOf(answer) : answer;
      },
    };
  }
  return defineTools(definitions);
}

function needsApproval(tool: Tool): boolean {
  const { needsApproval: needs } = tool as { readonly needsApproval?: unknown };
  return needs !== undefined && needs !== false;
}

function isIterable(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}

/** A tool that tells of its progress: the last it says is its answer. */
async function lastOf(answers: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown;
  for await (const answer of answers) last = answer;
  return last;
}
