import { parse, tokenizer } from "acorn";

/** The syntax tree of a module, as JSON. */
export function tree(source: string): string {
  return JSON.stringify(parse(source, { ecmaVersion: "latest", sourceType: "module", locations: true }));
}

/** Its tokens, a line each. */
export function words(source: string): string {
  const tokens = [...tokenizer(source, { ecmaVersion: "latest", sourceType: "module" })];
  return tokens.map(({ type, start, end }) => `${type.label} ${source.slice(start, end)}`).join("\n");
}

/** What is wrong with a program, and where. */
export function complaint(source: string): unknown {
  try {
    parse(source, { ecmaVersion: "latest" });
    return undefined;
  } catch (error) {
    const { name, message, pos, loc } = error as SyntaxError & { pos: number; loc: { line: number; column: number } };
    return { name, message, pos, line: loc.line, column: loc.column };
  }
}
