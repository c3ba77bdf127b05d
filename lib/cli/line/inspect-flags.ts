/** `--inspect` and `--inspect-brk`: where sandboxes of a script are debugged. */
import { resolveInspectOptions, type InspectOptions } from "../../contract/inspect.ts";
import { parseWhere } from "./listen-flags.ts";

/** The flags' names. */
export const INSPECT_FLAGS: readonly string[] = ["--inspect", "--inspect-brk"];

/**
 * Reads such a flag.
 *
 * @param flag - one of {@link INSPECT_FLAGS}
 * @param where - what follows its `=`: a port, or host:port
 * @throws UsageError if it is neither
 */
export function parseInspect(flag: string, where: string | undefined): InspectOptions {
  // As `node --inspect`: whoever can connect to the port may look for what there is.
  const others = { discovery: true, waitForDebugger: flag === "--inspect-brk" };
  return parseWhere(flag, where, others, resolveInspectOptions);
}
