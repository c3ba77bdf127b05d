/** Where a server on the loopback address listens. */
import { OptionError } from "../contract/errors.ts";
import type { ListenOptions } from "../contract/listening.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import type { Range } from "../contract/ranges.ts";
import { checkNumber } from "../contract/ranges.ts";
import { show } from "../contract/show.ts";

/** 0 for any that is free. */
export const portRange = {
  ...{ minimum: 1, maximum: 65_535, integer: true, zero: true, unit: "ports" },
  default: 0,
} as const satisfies Range;

/** Addresses that no other machine reaches. */
const HOSTNAMES = ["127.0.0.1", "::1", "localhost"] as const;

/** ListenOptions, complete and checked. */
export type ListenSettings = { readonly [Name in keyof Required<ListenOptions>]: NonNullable<ListenOptions[Name]> };

/**
 * @param others - names of options that are the caller's own
 * @param doing - how errors name the call
 * @throws ArgumentError, OptionError
 */
export function resolveListenOptions(options: ListenOptions, others: readonly string[], doing: string): ListenSettings {
  checkOptionNames(options, ["port", "hostname", ...others], doing);
  const given: unknown = options.hostname ?? "127.0.0.1";
  const hostname = HOSTNAMES.find((name) => name === given);
  if (hostname === undefined) {
    throw new OptionError(
      "hostname",
      `${doing}: hostname must be one of 127.0.0.1, ::1 and localhost, but is ${show(given)}. ` +
        "To reach it from elsewhere, forward the port: ssh -L 9229:127.0.0.1:9229 HOST.",
    );
  }
  return { hostname, port: portOf(options.port, doing) };
}

/** 0 is any port, not an unlimited one. */
function portOf(port: unknown, doing: string): number {
  try {
    return checkNumber("port", port, portRange, doing);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(
      "port",
      `${doing}: port must be an integer of 1 to 65535, or 0 for any, but is ${show(port)}.`,
    );
  }
}
