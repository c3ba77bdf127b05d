/** What tools fail with. */
import type { InputIssue } from "../contract/errors.ts";
import { SandboxError } from "../contract/errors.ts";
import { formatPath } from "../contract/path.ts";

/**
 * A tool's own answer is not what its `output` schema says (`ERR_OUTPUT`): a fault of the host. The guest gets it in place of
 * the answer, with its `issues`.
 */
export class OutputError extends SandboxError {
  override readonly name: string = "OutputError";
  /** What is wrong, at most 32 of it. */
  readonly issues: readonly InputIssue[];

  /**
   * @param tool - what was called, `"tools.search"`
   * @param issues - what is wrong, at least one
   */
  constructor(tool: string, issues: readonly InputIssue[]) {
    const shown = issues
      .slice(0, SHOWN_MAX)
      .map(({ path, message }) => `${formatPath("output", path, path.length)}: ${message}`);
    super("ERR_OUTPUT", `${tool}(): the host's answer is wrong: ${shown.join("; ")}`);
    this.issues = issues;
  }
}

const SHOWN_MAX = 8;
