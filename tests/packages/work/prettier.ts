import type { Options } from "prettier";
import { check, format } from "prettier/standalone";
import * as babel from "prettier/plugins/babel";
import * as estree from "prettier/plugins/estree";
import * as markdown from "prettier/plugins/markdown";
import * as typescript from "prettier/plugins/typescript";

const options = {
  plugins: [babel, estree, markdown, typescript],
  printWidth: 60,
  proseWrap: "always",
  semi: false,
} satisfies Options;

/** Formats a file by the language its name says. */
export function pretty({ filepath, text }: { filepath: string; text: string }): Promise<string> {
  return format(text, { ...options, filepath });
}

/** Whether it is formatted. */
export function isPretty({ filepath, text }: { filepath: string; text: string }): Promise<boolean> {
  return check(text, { ...options, filepath });
}
