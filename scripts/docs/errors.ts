// docs/errors.md: every code the library fails with, from the code itself. npm run format writes it; tests/docs compares it.
import { Glob } from "bun";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../setup/paths.mjs";
import { waysOut } from "./ways-out.ts";

/** One code. */
interface Failure {
  readonly code: string;
  /** The class that has it; undefined: only guests, or reports of runs, see it. */
  readonly name: string | undefined;
  readonly entry: string;
  readonly cause: string;
}

const lib = join(root, "lib");
const ENTRIES = [
  "index",
  "ai",
  "bundle",
  "codemode",
  "mcp",
  "net",
  "opentelemetry",
  "pool",
  "prometheus",
  "run",
  "tanstack",
];

/** Codes that are no class's own: what guests get of a host, and what is told of tools. */
const WITHOUT_CLASS: readonly Failure[] = [
  {
    code: "ERR_NO_HANDLER",
    name: undefined,
    entry: "network-runtime",
    cause: "Nobody handles the method that was asked for, in the guest or in the host.",
  },
  {
    code: "ERR_UNANSWERED",
    name: undefined,
    entry: "network-runtime/run",
    cause: "In a run's `toolCalls`: the run ended before the tool had answered.",
  },
];

/** @returns the page */
export async function errorsPage(): Promise<string> {
  const failures = [...(await failuresOf()), ...WITHOUT_CLASS].sort((a, b) => (a.code < b.code ? -1 : 1));
  const rows = failures.map(({ code, name, entry, cause }) => {
    const from = entry === "network-runtime" ? "" : `, of \`${entry}\``;
    return `## ${code}\n\n${name === undefined ? "No class of its own" : `\`${name}\``}${from}.\n\n${cause}\n\n_The way out:_ ${wayOf(code)}\n`;
  });
  return `# Errors\n\nWhatever the library throws or rejects with extends \`SandboxError\`; \`code\` stays the same between versions, messages do
not. This page is made of the code by \`npm run format\`. Errors of a guest's own are not here: they arrive as \`error.guest\` of an
\`EvaluationError\` or a \`RequestError\`.\n\n${rows.join("\n")}`;
}

function wayOf(code: string): string {
  const way = waysOut[code];
  if (way === undefined) throw new Error(`scripts/docs/ways-out.ts does not say the way out of ${code}.`);
  return way;
}

/** The classes of errors in lib/, by their codes. */
async function failuresOf(): Promise<Failure[]> {
  const exported = await exportsOf();
  const found: Failure[] = [];
  for (const path of [...new Glob("**/*.ts").scanSync(lib)].sort()) {
    const text = await Bun.file(join(lib, path)).text();
    if (!text.includes("extends SandboxError")) continue;
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
    for (const statement of source.statements) {
      if (!ts.isClassDeclaration(statement) || !statement.name) continue;
      const name = statement.name.text;
      const entry = exported.get(name);
      if (entry === undefined || !/extends SandboxError\b/.test(statement.getText())) continue;
      const cause = commentOf(statement);
      const codes = name === "NetworkError" ? listedCodes(source) : [[codeOf(statement), cause] as const];
      for (const [code, why] of codes) if (code !== undefined) found.push({ code, name, entry, cause: why });
    }
  }
  return found;
}

/** Public classes: where they are exported. */
async function exportsOf(): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const entry of ENTRIES) {
    const text = await Bun.file(join(lib, entry === "index" ? "index.ts" : `${entry}/index.ts`)).text();
    const module = entry === "index" ? "network-runtime" : `network-runtime/${entry}`;
    for (const name of text.match(/\b\w+Error\b/g) ?? []) if (!names.has(name)) names.set(name, module);
  }
  return names;
}

function codeOf(statement: ts.ClassDeclaration): string | undefined {
  return /super\(\s*"(ERR_\w+)"/.exec(statement.getText())?.[1];
}

/** In the comment of a type of codes: `- \`ERR_NET_URL\`: what it is`. */
function listedCodes(source: ts.SourceFile): (readonly [string, string])[] {
  const statement = source.statements.find(
    (each) => ts.isTypeAliasDeclaration(each) && each.name.text === "NetworkErrorCode",
  );
  const lines = statement
    ? commentOf(statement)
        .split(/ - (?=`ERR_)/)
        .slice(1)
    : [];
  return lines.flatMap((line) => {
    const [, codes = "", cause = ""] = /^((?:`ERR_\w+`(?:, )?)+): (.*)$/.exec(line) ?? [];
    return (codes.match(/ERR_\w+/g) ?? []).map(
      (code) => [code, `${cause[0]?.toUpperCase()}${cause.slice(1)}.`] as const,
    );
  });
}

/** A doc comment's text in one line. */
function commentOf(node: ts.Node): string {
  const [comment] = (node as { jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? [];
  const text = comment ? (ts.getTextOfJSDocComment(comment.comment) ?? "") : "";
  return text
    .replace(/\s+/g, " ")
    .replace(/ \(`ERR_\w+`\)/g, "")
    .trim();
}

if (import.meta.main) await Bun.write(join(root, "docs/errors.md"), await errorsPage());
