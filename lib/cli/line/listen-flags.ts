/** `--dashboard`, and what it and `--inspect` have after `=`: where a server listens. */
import { OptionError } from "../../contract/errors.ts";
import type { ListenOptions } from "../../contract/listening.ts";
import { resolveListenOptions } from "../../loopback/options.ts";
import { UsageError } from "./usage.ts";

export const DASHBOARD_FLAG = "--dashboard";

/**
 * @param where - what follows a flag's `=`: a port, or host:port
 * @param check - throws OptionError if it is no such place
 * @throws UsageError if it is neither, or `check` says so
 */
export function parseWhere<Options>(
  flag: string,
  where: string | undefined,
  others: Options,
  check: (options: Options & { hostname?: string; port?: number }) => void,
): Options & { hostname?: string; port?: number } {
  const [, hostname, port] = /^(?:(.+):)?(\d+)$/.exec(where ?? "") ?? [];
  if (where !== undefined && port === undefined)
    throw new UsageError(`${flag} takes a port, or host:port; got ${where}`);
  const options = {
    ...(hostname !== undefined && { hostname: hostname.replace(/^\[(.*)\]$/, "$1") }),
    ...(port !== undefined && { port: Number(port) }),
    ...others,
  };
  try {
    check(options);
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message);
    throw error;
  }
  return options;
}

/** Reads `--dashboard`. @throws UsageError if it names no address of this machine alone */
export function parseDashboard(where: string | undefined): ListenOptions {
  const check = (options: object): void => void resolveListenOptions(options, [], DASHBOARD_FLAG);
  return parseWhere(DASHBOARD_FLAG, where, {}, check) as ListenOptions;
}
