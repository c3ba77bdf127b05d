/** Tools that were defined: what guests call, and what a model reads of it. */
import type { HostApi } from "../api/isolate.ts";
import { docComment } from "./doc-comment.ts";
import { isIdentifier, NO_IDENTIFIER } from "../contract/identifiers.ts";
import { ArgumentError } from "../contract/errors.ts";
import { show } from "../contract/show.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { SchemaTypes, toTypeName } from "./schema-types.ts";
import type { JsonSchema, ToolDefinition } from "./tool-definition.ts";

const plainKey = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** What a model is told of one tool. */
export interface ToolDescription {
  /** What it is called, from the set on: `"db.get"`. */
  readonly name: string;
  /** What it is for. */
  readonly description?: string;
  /** JSON Schema of its argument, where the tool's schema can say it. */
  readonly input?: JsonSchema;
  /** JSON Schema of what it answers, where the tool's schema can say it. */
  readonly output?: JsonSchema;
}

/** A tool, or several under a name. */
type Member = ToolDefinition | ToolSet;

/** @internal Makes a set: only `defineTools` does. */
export let toToolSet: (api: HostApi, members: ReadonlyMap<string, Member>) => ToolSet;

/** What {@link defineTools} makes. */
export class ToolSet {
  /** The tools as `isolate.expose(name, tools.api)` takes them. */
  readonly api: HostApi;
  readonly #members: ReadonlyMap<string, Member>;

  private constructor(api: HostApi, members: ReadonlyMap<string, Member>) {
    this.api = api;
    this.#members = members;
  }

  static {
    toToolSet = (api, members) => new ToolSet(api, members);
  }

  /**
   * The tools as TypeScript declares them, with their doc comments: for a model's prompt, or a guest's `.d.ts`. Types come from
   * the schemas' JSON Schema; `unknown` where a schema cannot say it.
   *
   * @param name - the global's name
   * @returns the declarations
   * @throws ArgumentError if a schema has no JSON Schema, or the name is no identifier
   * @example
   * ```ts
   * const prompt = `Write a program. It may use:\n${tools.declarations()}`;
   * ```
   */
  declarations(name = "tools"): string {
    if (!isIdentifier(name)) throw new ArgumentError(`declarations(): the name ${show(name)} ${NO_IDENTIFIER}.`);
    const types = new SchemaTypes();
    const members = membersOf(this, types, [], "  ");
    const text = `declare const ${name}: {\n${members}};`;
    return `${[...types.named, text].join("\n\n")}\n`;
  }

  /**
   * The tools one by one, with JSON Schemas where their schemas can say it: for models that take tools as such.
   *
   * @returns the descriptions
   * @throws ArgumentError if a schema failed to say it
   * @example
   * ```ts
   * for (const { name, description, input } of tools.describe()) console.log(name, description, JSON.stringify(input));
   * ```
   */
  describe(): ToolDescription[] {
    return [...this.#members].flatMap(([key, member]): ToolDescription[] => {
      if (member instanceof ToolSet) {
        return member.describe().map((inner) => ({ ...inner, name: `${key}.${inner.name}` }));
      }
      const { description } = member;
      const input = inputOf(member, key);
      const output = outputOf(member, key);
      return [
        {
          name: key,
          ...(description !== undefined && { description }),
          ...(input !== undefined && { input }),
          ...(output !== undefined && { output }),
        },
      ];
    });
  }

  /** @internal Those of a set, in order. */
  static membersOf(set: ToolSet): ReadonlyMap<string, Member> {
    return set.#members;
  }
}

function membersOf(set: ToolSet, types: SchemaTypes, above: readonly string[], indent: string): string {
  const texts = [...ToolSet.membersOf(set)].map(([key, member]) => {
    const path = [...above, key];
    const name = plainKey.test(key) ? key : JSON.stringify(key);
    if (member instanceof ToolSet) {
      return `${indent}readonly ${name}: {\n${membersOf(member, types, path, `${indent}  `)}${indent}};\n`;
    }
    const shown = path.join(".");
    const input = inputOf(member, shown);
    const output = outputOf(member, shown);
    const typeName = toTypeName(...path);
    const takes =
      member.input || input !== undefined ? `input: ${typed(types, input, `${typeName}Input`, indent)}` : "";
    const answers = typed(types, output, `${typeName}Output`, indent);
    return `${docComment([member.description ?? ""], indent)}${indent}${name}(${takes}): Promise<${answers}>;\n`;
  });
  return texts.join("");
}

function typed(types: SchemaTypes, schema: JsonSchema | undefined, name: string, indent: string): string {
  return schema === undefined ? "unknown" : types.typeOf(schema, name, indent);
}

function inputOf({ input, inputJsonSchema }: ToolDefinition, name: string): JsonSchema | undefined {
  return inputJsonSchema ?? (input && jsonSchemaOf(input, "input", `the input of ${name}`));
}

function outputOf({ output, outputJsonSchema }: ToolDefinition, name: string): JsonSchema | undefined {
  return outputJsonSchema ?? (output && jsonSchemaOf(output, "output", `the output of ${name}`));
}
