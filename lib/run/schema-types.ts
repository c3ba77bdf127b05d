/**
 * JSON Schemas (draft 2020-12, and what draft 7 has of it) as TypeScript's types, in text. What a type cannot say is in doc
 * comments, or nowhere: the schema itself checks.
 */
import { docComment } from "./doc-comment.ts";
import type { JsonSchema } from "./tool-definition.ts";

type Keywords = Readonly<Record<string, unknown>>;

/** Deeper schemas are of anything. */
const DEPTH_MAX = 64;
const INDENT = "  ";
const plainKey = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** What a comment says of a value, besides what it is for. */
const TOLD = [
  ...["format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...["multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "default"],
];

/** The types of one declaration. Parts that are referred to become types of their own, as they may refer to themselves. */
export class SchemaTypes {
  /** Declarations of these, by name. */
  readonly #named = new Map<string, string>();
  /** Their names, by schema. */
  readonly #names = new Map<unknown, string>();

  /** The declarations of what was referred to. */
  get named(): readonly string[] {
    return [...this.#named.values()];
  }

  /**
   * @param schema - whose type it is
   * @param name - what parts are called after, `"Search"`
   * @param indent - of the line that the type is in
   */
  typeOf(schema: JsonSchema, name: string, indent = ""): string {
    return new Root(schema, name, this.#names, this.#named).typeOf(schema, indent, 0);
  }
}

/** One schema, which its references refer into. */
class Root {
  readonly #root: JsonSchema;
  readonly #name: string;
  readonly #names: Map<unknown, string>;
  readonly #named: Map<string, string>;

  constructor(root: JsonSchema, name: string, names: Map<unknown, string>, named: Map<string, string>) {
    this.#root = root;
    this.#name = name;
    this.#names = names;
    this.#named = named;
  }

  typeOf(schema: unknown, indent: string, depth: number): string {
    if (schema === false) return "never";
    if (typeof schema !== "object" || schema === null || depth > DEPTH_MAX) return "unknown";
    const keywords = schema as Keywords;
    const next = (part: unknown): string => this.typeOf(part, indent, depth + 1);
    const parts: string[] = [];
    if (typeof keywords.$ref === "string") parts.push(this.#referred(keywords.$ref));
    for (const choice of [keywords.anyOf, keywords.oneOf])
      if (Array.isArray(choice)) parts.push(union(choice.map(next)));
    if (Array.isArray(keywords.allOf)) parts.push(...keywords.allOf.map(next));
    if ("const" in keywords) parts.push(literal(keywords.const));
    else if (Array.isArray(keywords.enum)) parts.push(union(keywords.enum.map(literal)));
    else if (keywords.type !== undefined || keywords.properties !== undefined)
      parts.push(this.#typed(keywords, indent, depth));
    return intersection(parts);
  }

  #typed(keywords: Keywords, indent: string, depth: number): string {
    const { type } = keywords;
    const names = Array.isArray(type) ? (type as unknown[]) : [type ?? "object"];
    return union(names.map((name) => this.#ofType(name, keywords, indent, depth)));
  }

  #ofType(type: unknown, keywords: Keywords, indent: string, depth: number): string {
    switch (type) {
      case "string":
      case "number":
      case "boolean":
      case "null":
        return type;
      case "integer":
        return "number";
      case "array":
        return this.#list(keywords, indent, depth);
      case "object":
        return this.#object(keywords, indent, depth);
      default:
        return "unknown";
    }
  }

  #list({ items, prefixItems, minItems }: Keywords, indent: string, depth: number): string {
    const of = (part: unknown): string => this.typeOf(part, indent, depth + 1);
    // Draft 7 has its tuples in `items`.
    const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined;
    const rest = Array.isArray(items) ? undefined : items;
    if (!first) return listOf(rest === undefined ? "unknown" : of(rest));
    const required = typeof minItems === "number" ? minItems : first.length;
    const members = first.map((part, index) => (index < required ? of(part) : `(${of(part)})?`));
    if (rest !== undefined && rest !== false) members.push(`...${listOf(of(rest))}`);
    return `[${members.join(", ")}]`;
  }

  #object(keywords: Keywords, indent: string, depth: number): string {
    const { properties, required, additionalProperties } = keywords;
    const names = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
    const known = new Set(Array.isArray(required) ? (required as unknown[]) : []);
    const inner = indent + INDENT;
    const members = names.map(([name, schema]: [string, unknown]) => {
      const key = plainKey.test(name) ? name : JSON.stringify(name);
      const type = this.typeOf(schema, inner, depth + 1);
      return `${docComment(aboutOf(schema), inner)}${inner}${key}${known.has(name) ? "" : "?"}: ${type};\n`;
    });
    const others = additionalProperties;
    const isOpen = others !== undefined && others !== false;
    const record = isOpen ? `Record<string, ${this.typeOf(others, indent, depth + 1)}>` : undefined;
    if (members.length === 0) return record ?? (others === false ? "{}" : "Record<string, unknown>");
    const object = `{\n${members.join("")}${indent}}`;
    return record === undefined ? object : `${object} & ${record}`;
  }

  /** The name of what a reference refers to, which is declared once. */
  #referred(reference: string): string {
    const schema = this.#find(reference);
    if (schema === undefined) return "unknown";
    const known = this.#names.get(schema);
    if (known !== undefined) return known;
    const wanted =
      reference === "#" ? this.#name : toTypeName(this.#name, reference.slice(reference.lastIndexOf("/") + 1));
    let name = wanted;
    for (let number = 2; this.#named.has(name); number++) name = wanted + number;
    this.#names.set(schema, name);
    // In its place before what it refers to in turn.
    this.#named.set(name, "");
    this.#named.set(name, `${docComment(aboutOf(schema), "")}type ${name} = ${this.typeOf(schema, "", 0)};`);
    return name;
  }

  #find(reference: string): unknown {
    if (!reference.startsWith("#")) return undefined;
    let found: unknown = this.#root;
    for (const step of reference.split("/").slice(1)) {
      const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
      found = (found as Keywords)[key];
    }
    return found;
  }
}

/** What a comment says of a value. */
export function aboutOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { title, description, deprecated, ...rest } = schema as Keywords;
  const lines = [description ?? title].filter((text) => typeof text === "string");
  const isEnumerated = "enum" in rest || "const" in rest;
  for (const keyword of TOLD) {
    const value = rest[keyword];
    // What every whole number of JavaScript's is within.
    const isSafe = typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER;
    if (value === undefined || isSafe || (isEnumerated && keyword !== "default")) continue;
    lines.push(`@${keyword} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  if (deprecated === true) lines.push("@deprecated");
  if (rest.type === "integer") lines.push("@integer");
  return lines;
}

/** "Search" and "tree-node": "SearchTreeNode". */
export function toTypeName(...parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.split(/[^\p{ID_Continue}]+/u)).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^\p{ID_Start}/u.test(name) ? name : `T${name}`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "unknown";
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${literal(member)}`);
  return `{ ${members.join("; ")} }`;
}

function union(types: readonly string[]): string {
  const distinct = [...new Set(types)].filter((type) => type !== "never");
  if (distinct.includes("unknown")) return "unknown";
  return distinct.length === 0 ? "never" : distinct.join(" | ");
}

function intersection(types: readonly string[]): string {
  const distinct = [...new Set(types)].filter((type) => type !== "unknown");
  if (distinct.length === 0) return "unknown";
  return distinct.length === 1
    ? distinct[0]!
    : distinct.map((type) => (isCompound(type) ? `(${type})` : type)).join(" & ");
}

function listOf(type: string): string {
  return isCompound(type) ? `(${type})[]` : `${type}[]`;
}

/** Whether a type is of several, at its outermost level. */
function isCompound(type: string): boolean {
  let depth = 0;
  for (const [token] of type.matchAll(/"(?:[^"\\]|\\.)*"|\/\*[^]*?\*\/|[[({<]|[\])}>]| [|&] /g)) {
    if ("[({<".includes(token)) depth++;
    else if ("])}>".includes(token)) depth--;
    else if (depth === 0 && (token === " | " || token === " & ")) return true;
  }
  return false;
}
