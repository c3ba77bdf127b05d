/** What all adapters can be told. */
import type { V8Sandbox } from "../api/sandbox.ts";
import type { RunLimits, RunOptions } from "../run/index.ts";

/** Options of every adapter. */
export interface AgentOptions {
  /** What each program may use. */
  limits?: RunLimits | undefined;
  /**
   * Whose isolates they are.
   * @defaultValue one that all runs share, made with the first of them; it does not keep the process alive
   */
  sandbox?: V8Sandbox | undefined;
}

/** Names of these. */
export const agentOptionNames = ["limits", "sandbox"];

/** @returns the same for `run`, without what was left out. */
export function toRunOptions({ limits, sandbox }: AgentOptions): Pick<RunOptions, "limits" | "sandbox"> {
  return { ...(limits && { limits }), ...(sandbox && { sandbox }) };
}
