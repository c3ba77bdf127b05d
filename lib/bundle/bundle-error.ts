/** What keeps a bundle from being made. */
import { SandboxError } from "../contract/errors.ts";

/** One thing that is wrong. */
export interface BundleProblem {
  /** What is wrong, and the way out where there is one. */
  readonly message: string;
  /** The file. */
  readonly file?: string | undefined;
  /** Line in it, from 1. */
  readonly line?: number | undefined;
  /** Column in that, from 1. */
  readonly column?: number | undefined;
}

const SHOWN_MAX = 8;

/** The code cannot be bundled for guests (`ERR_BUNDLE`): it does not parse, a package is missing, it needs a module of node. */
export class BundleError extends SandboxError {
  override readonly name: string = "BundleError";
  /** What is wrong, at least one thing. */
  readonly problems: readonly BundleProblem[];

  /**
   * @param entry - what was to be bundled
   * @param problems - what is wrong with it
   */
  constructor(entry: string, problems: readonly BundleProblem[]) {
    const shown = problems.slice(0, SHOWN_MAX).map(toText);
    const more = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : "";
    super("ERR_BUNDLE", `bundleGuest(${JSON.stringify(entry)}):\n  ${shown.join("\n  ")}${more}`);
    this.problems = problems;
  }
}

function toText({ message, file, line, column }: BundleProblem): string {
  if (file === undefined) return message;
  return `${file}${line === undefined ? "" : `:${line}:${column ?? 1}`}: ${message}`;
}
