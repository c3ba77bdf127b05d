/** What users and library agree on of debugging. */
import { OptionError } from "./errors.ts";
import { checkCallNames } from "./option-names.ts";
import { checkNumber, inspectRanges } from "./ranges.ts";
import { show } from "./show.ts";

/** Of `sandbox.inspect()`. */
export interface InspectOptions {
  /** The port to listen on, 0 to 65,535; 0: any that is free. Default: 9229, as `node --inspect`. */
  readonly port?: number;
  /** The address to listen on: `"127.0.0.1"` or `"::1"`, or `"localhost"` for the first. Default: `"127.0.0.1"`. */
  readonly hostname?: string;
  /**
   * Whether `/json/list` and `/json/version` are answered without the token, for `chrome://inspect` and for editors that are
   * given a port. Then every program of this machine that can connect to the port finds the token. Default: false.
   */
  readonly discovery?: boolean;
  /**
   * Whether isolates that are created from now on begin nothing until a front end says so (DevTools does when it connects), and
   * are paused in their first script. Default: false.
   */
  readonly waitForDebugger?: boolean;
}

/** What listens for front ends. */
export interface InspectorServer extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /**
   * Where it answers, with its token: `http://127.0.0.1:9229/1f0c…`. `/json/list` behind it has the WebSocket addresses of all
   * living isolates, which are behind it, too, by their ids.
   */
  readonly url: string;
  /** Stops listening, and lets paused guests go on. Resolves when all connections are closed. */
  close(): Promise<void>;
}

/** Of `isolate.cpuProfile()`. */
export interface CpuProfileOptions {
  /** Between two looks at the guest's stack, in microseconds, 100 to 1,000,000. Default: 1,000. */
  readonly samplingIntervalUs?: number;
}

/** A function in a CPU profile, called from one place in the tree of calls. */
export interface CpuProfileNode {
  /** Its number in this profile, from 1. */
  readonly id: number;
  /** The function. Names and URLs are untrusted text. */
  readonly callFrame: {
    /** Empty: it has no name. `(root)`, `(program)` and `(idle)` are none of the guest's. */
    readonly functionName: string;
    /** V8's number of its script; `"0"`: none. */
    readonly scriptId: string;
    /** The script's name. */
    readonly url: string;
    /** Where it begins, from 0; -1: it is no function. */
    readonly lineNumber: number;
    /** From 0; -1: it is no function. */
    readonly columnNumber: number;
  };
  /** In how many samples it was the innermost. */
  readonly hitCount: number;
  /** The functions it called, by their ids. */
  readonly children?: readonly number[];
  /** In how many samples it was at which line. */
  readonly positionTicks?: readonly {
    /** From 1. */
    readonly line: number;
    /** Samples. */
    readonly ticks: number;
  }[];
}

/** A CPU profile as Chrome's DevTools read it: saved as JSON in a file `….cpuprofile`. */
export interface CpuProfile {
  /** The tree of calls; the first is its root. */
  readonly nodes: readonly CpuProfileNode[];
  /** In microseconds of a clock of its own. */
  readonly startTime: number;
  /** Likewise. */
  readonly endTime: number;
  /** The innermost function of each sample: the id of its node. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** Options of `sandbox.inspect()`, all there. */
export type InspectSettings = Required<InspectOptions>;

const LOOPBACK: ReadonlyMap<unknown, string> = new Map([
  ["127.0.0.1", "127.0.0.1"],
  ["localhost", "127.0.0.1"],
  ["::1", "::1"],
]);

/** @throws ArgumentError, OptionError */
export function resolveInspectOptions(options: InspectOptions): InspectSettings {
  const doing = "inspect()";
  checkCallNames(options, doing);
  const { hostname = "127.0.0.1", discovery = false, waitForDebugger = false } = options;
  const address = LOOPBACK.get(hostname);
  if (address === undefined) {
    const only = 'must be "127.0.0.1", "::1" or "localhost": whoever connects can run code in every isolate';
    throw new OptionError(
      "hostname",
      `${doing}: hostname ${only}, but is ${show(hostname)}. For another machine: ssh -L.`,
    );
  }
  for (const [name, value] of Object.entries({ discovery, waitForDebugger })) {
    if (typeof value === "boolean") continue;
    throw new OptionError(name, `${doing}: ${name} must be a boolean, but is ${show(value)}.`);
  }
  const port = checkNumber("port", options.port, inspectRanges.port, doing);
  return { port, hostname: address, discovery, waitForDebugger };
}

/** @returns the interval. @throws ArgumentError, OptionError */
export function resolveCpuProfileOptions(options: CpuProfileOptions): number {
  const doing = "cpuProfile()";
  checkCallNames(options, doing);
  return checkNumber("samplingIntervalUs", options.samplingIntervalUs, inspectRanges.samplingIntervalUs, doing);
}
