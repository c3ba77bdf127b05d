/** What a test262 file says about itself: the YAML between its `/*---` marks, of which few keys matter to a runner. */

export type NegativePhase = "parse" | "resolution" | "runtime";

export interface FrontMatter {
  readonly flags: ReadonlySet<string>;
  readonly features: readonly string[];
  /** Files of harness/, in order. */
  readonly includes: readonly string[];
  /** The error that the test must end with. */
  readonly negative: { readonly phase: NegativePhase; readonly type: string } | undefined;
}

/** How often a test is run, and as what. `raw` is as the file has it, `strict` with a directive before it. */
export type Mode = "sloppy" | "strict" | "raw" | "module";

/** @throws Error if the file has none, or a negative test does not say what it ends with */
export function parseFrontMatter(source: string): FrontMatter {
  // Some tests are about line ends, and have others in here too.
  const text = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1]?.replace(/\r\n?/g, "\n");
  if (text === undefined) throw new Error("no front matter");
  const negative = blockOf(text, "negative");
  return {
    flags: new Set(listOf(text, "flags")),
    features: listOf(text, "features"),
    includes: listOf(text, "includes"),
    negative: negative === undefined ? undefined : parseNegative(negative),
  };
}

export function modesOf({ flags }: FrontMatter): Mode[] {
  if (flags.has("module")) return ["module"];
  if (flags.has("raw")) return ["raw"];
  if (flags.has("onlyStrict")) return ["strict"];
  return flags.has("noStrict") ? ["sloppy"] : ["sloppy", "strict"];
}

function parseNegative(block: string): { phase: NegativePhase; type: string } {
  const phase = valueOf(block, "phase");
  const type = valueOf(block, "type");
  if (type === undefined || (phase !== "parse" && phase !== "resolution" && phase !== "runtime")) {
    throw new Error(`a negative test of phase ${phase} and type ${type}`);
  }
  return { phase, type };
}

/** What follows a key of the top level: the rest of its line, and the lines up to the next one that begins a key. */
function blockOf(text: string, key: string): string | undefined {
  const [, first, rest] = new RegExp(`^${key}:(.*)((?:\\n(?:[ \\t#-].*)?)*)`, "m").exec(text) ?? [];
  return first === undefined ? undefined : `${first}${rest}`.replace(/(^|\s)#.*$/gm, "");
}

/** A list in either of YAML's forms: `[a, b]`, over several lines too, or one `- a` a line. */
function listOf(text: string, key: string): string[] {
  const block = blockOf(text, key)?.trim() ?? "";
  const items = block.startsWith("[") ? block.slice(1, block.indexOf("]")).split(",") : block.split(/^\s*- /m);
  return items.map(unquote).filter((item) => item !== "");
}

function valueOf(block: string, key: string): string | undefined {
  const value = new RegExp(`^\\s+${key}:(.*)$`, "m").exec(block)?.[1];
  return value === undefined ? undefined : unquote(value);
}

function unquote(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, "$2");
}
