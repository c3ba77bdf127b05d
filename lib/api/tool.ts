import { ArgumentError, InputError } from "../contract/errors.ts";
import type { InputIssue } from "../contract/errors.ts";
import type { StandardSchema, StandardSchemaIssue } from "../contract/exposed.ts";
import { show } from "../contract/show.ts";
import type { CallContext } from "./isolate.ts";

/** So many are told. */
const ISSUES_MAX = 32;

/**
 * A function to expose that takes one argument, which a schema has checked before the function runs. A wrong argument is an
 * {@link InputError} in the guest, whose message and `issues` say where it is wrong.
 *
 * @typeParam Input - what the schema takes
 * @typeParam Output - what the schema makes of it
 * @typeParam Result - what the function comes to
 * @param schema - a Standard Schema, as zod, valibot and arktype have them
 * @param run - gets what the schema made of the argument, and the context
 * @returns the function
 * @throws ArgumentError
 * @example
 * ```ts
 * worker.expose("tools", {
 *   search: tool(z.object({ query: z.string(), limit: z.number().max(50) }), ({ query, limit }) => find(query, limit)),
 * });
 * ```
 */
export function tool<Input, Output, Result>(
  schema: StandardSchema<Input, Output>,
  run: (input: Output, context: CallContext) => Result | Promise<Result>,
): (input: Input, context: CallContext) => Promise<Result> {
  const validate = (schema as Partial<StandardSchema<Input, Output>> | null | undefined)?.["~standard"]?.validate;
  if (typeof validate !== "function") {
    throw new ArgumentError(`tool(): the schema must be a Standard Schema, but is ${show(schema)} without one.`);
  }
  if (typeof run !== "function") throw new ArgumentError(`tool(): run must be a function, but is ${show(run)}.`);
  // As many arguments as the guest likes to give, and the context behind them.
  const checked = async (...given: unknown[]): Promise<Result> => {
    const context = given.at(-1) as CallContext;
    const result = await schema["~standard"].validate(given.length > 1 ? given[0] : undefined);
    if (result.issues) throw new InputError(context.name, toInputIssues(result.issues));
    return run(result.value, context);
  };
  return checked;
}

/** @internal What a schema found wrong, as guests are told of it. */
export function toInputIssues(issues: readonly StandardSchemaIssue[]): InputIssue[] {
  return issues.slice(0, ISSUES_MAX).map(toIssue);
}

function toIssue({ message, path = [] }: StandardSchemaIssue): InputIssue {
  const keys = path.map((step) => (typeof step === "object" ? step.key : step));
  return { path: keys.map((key) => (typeof key === "symbol" ? String(key) : key)), message: String(message) };
}
