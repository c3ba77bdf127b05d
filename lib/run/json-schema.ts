/** JSON Schemas of schemas, of those that can say it. */
import { ArgumentError } from "../contract/errors.ts";
import type { StandardSchema } from "../contract/exposed.ts";
import type { JsonSchema } from "./tool-definition.ts";

/** https://standardschema.dev/json-schema: what zod 4.2, arktype 2.1.28 and valibot's toStandardJsonSchema() have. */
interface Convertible {
  readonly "~standard": {
    readonly jsonSchema?: Readonly<Record<"input" | "output", (options: { target: string }) => JsonSchema>>;
  };
  /** arktype's own. */
  readonly toJsonSchema?: () => JsonSchema;
}

/**
 * @param side - what goes in, or what comes out
 * @param what - how messages call it, `"search: input"`
 * @returns undefined if the schema cannot say it
 * @throws ArgumentError if it tried and failed
 */
export function jsonSchemaOf(schema: StandardSchema, side: "input" | "output", what: string): JsonSchema | undefined {
  const convertible = schema as unknown as Convertible;
  const { jsonSchema } = convertible["~standard"];
  try {
    if (jsonSchema) return jsonSchema[side]({ target: "draft-2020-12" });
    if (typeof convertible.toJsonSchema === "function") return convertible.toJsonSchema();
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new ArgumentError(
      `defineTools(): ${what} has no JSON Schema: ${why}. Give it by ${side}JsonSchema, or take a type that JSON has.`,
    );
    error.cause = cause;
    throw error;
  }
}
