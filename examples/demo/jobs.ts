import { fileURLToPath } from "node:url";
// The work itself: the same functions run in the guests and, to check them, in the host.
import { parseProgram } from "./work/acorn.ts";
import { renderMarkdown } from "./work/marked.ts";
import type { Outcome } from "./work/outcome.ts";

/** One piece of work: a real file of an installed npm package, and what is done with it. */
export interface Job {
  readonly kind: keyof typeof kinds;
  /** Name of the file for `onRequest("read")`: a key, not a path, so that a guest can ask for nothing else. */
  readonly file: string;
}

/** The npm package that does each kind of work, and how the host does it for comparison. */
export const kinds = {
  marked: { run: renderMarkdown, unit: "characters of HTML" },
  acorn: { run: parseProgram, unit: "syntax nodes" },
} as const satisfies Record<string, { run: (text: string) => Outcome; unit: string }>;

const modules = new URL("../../node_modules/", import.meta.url);

export const jobs: readonly Job[] = [
  { kind: "marked", file: "prettier/THIRD-PARTY-NOTICES.md" },
  { kind: "marked", file: "bun-types/docs/runtime/sql.mdx" },
  { kind: "marked", file: "bun-types/docs/bundler/index.mdx" },
  { kind: "acorn", file: "prettier/plugins/flow.js" },
  { kind: "acorn", file: "typedoc/dist/index.js" },
  { kind: "acorn", file: "acorn/dist/acorn.mjs" },
];

/** Reads the file of a job. Refuses any other. */
export async function readJobFile(file: unknown): Promise<string> {
  const job = jobs.find((candidate) => candidate.file === file);
  if (job === undefined) throw new Error(`no job reads ${String(file)}`);
  return Bun.file(fileURLToPath(new URL(job.file, modules))).text();
}

/** Bundles a guest program with its npm package into one script. */
export async function bundleGuest(kind: Job["kind"]): Promise<string> {
  const entry = fileURLToPath(new URL(`./guest/${kind}.ts`, import.meta.url));
  const { outputs } = await Bun.build({ entrypoints: [entry], target: "browser", format: "iife", minify: false });
  return outputs[0]!.text();
}
