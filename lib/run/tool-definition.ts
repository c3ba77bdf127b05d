/** What a tool is, as its host writes it. */
import type { CallContext } from "../api/isolate.ts";
import type { StandardSchema } from "../contract/exposed.ts";
import type { Untyped } from "../contract/events.ts";

/** A JSON Schema, draft 2020-12: an object, or true for anything. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** What a schema makes of its input. */
export type OutputOf<Schema> = Schema extends StandardSchema<Untyped, infer Output> ? Output : undefined;

/**
 * One tool.
 * @typeParam Input - the type of its input's schema; unknown if it takes none
 */
export interface ToolDefinition<Input = Untyped> {
  /** What it is for, in its declaration's doc comment. */
  readonly description?: string | undefined;
  /** A Standard Schema of its one argument. What it refuses is an InputError in the guest; the tool is not run. None: no argument. */
  readonly input?: (Input & StandardSchema<Untyped, Untyped>) | undefined;
  /** A Standard Schema of what it answers. What it refuses is an OutputError in the guest, and its own output is the answer. */
  readonly output?: StandardSchema<Untyped, Untyped> | undefined;
  /** The input as JSON Schema (draft 2020-12), for a schema that cannot say it itself. */
  readonly inputJsonSchema?: JsonSchema | undefined;
  /** The same of what it answers. */
  readonly outputJsonSchema?: JsonSchema | undefined;
  /**
   * What it answers, in bytes as they are sent. What is larger is a MessageTooLargeError in the guest. Minimum 1, or 0 for
   * as much as a message may have.
   * @defaultValue 1_048_576 (1 MiB)
   */
  readonly answerBytesMax?: number | undefined;
  /** Does it: gets what the schema made of the argument, and the context. */
  readonly run: (input: OutputOf<Input>, context: CallContext) => unknown;
}

/**
 * Tools by name; what has other tools is what `defineTools` made.
 * @typeParam Inputs - the types of the inputs' schemas, by name
 */
export type ToolDefinitions<Inputs> = { readonly [Name in keyof Inputs]: ToolDefinition<Inputs[Name]> | ToolSetLike };

/** What `defineTools` made, to be a part of others. */
export interface ToolSetLike {
  /** The tools as they are exposed. */
  readonly api: object;
  /** Their declarations. */
  declarations(name?: string): string;
}
