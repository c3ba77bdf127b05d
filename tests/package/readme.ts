import { readFileSync } from "node:fs";
import { join } from "node:path";

const text = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");

/** The first code block of a language in the README. */
function firstBlock(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(text)?.[1];
  if (block === undefined) throw new Error(`README.md has no block of ${language}`);
  return block;
}

/** The README's first program, and what the README says it prints. */
export const firstProgram = firstBlock("ts");
export const firstOutput = firstBlock("text");
