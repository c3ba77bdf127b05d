/** `--inspect` and `--inspect-brk`: where sandboxes of a script are debugged. */
import { OptionError } from "../../contract/errors.ts";
import { resolveInspectOptions, type InspectOptions } from "../../contract/inspect.ts";
import { UsageError } from "./usage.ts";

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
  const [, hostname, port] = /^(?:(.+):)?(\d+)$/.exec(where ?? "") ?? [];
  if (where !== undefined && port === undefined)
    throw new UsageError(`${flag} takes a port, or host:port; got ${where}`);
  const options: InspectOptions = {
    ...(hostname !== undefined && { hostname: hostname.replace(/^\[(.*)\]$/, "$1") }),
    ...(port !== undefined && { port: Number(port) }),
    // As `node --inspect`: whoever can connect to the port may look for what there is.
    discovery: true,
    waitForDebugger: flag === "--inspect-brk",
  };
  try {
    resolveInspectOptions(options);
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message);
    throw error;
  }
  return options;
}
