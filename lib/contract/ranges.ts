/**
 * The one table of numbers that options may be. docs/limits.md and engine/limits.zig say the same, which tests/package and
 * tests/abi check.
 */
import { OptionError } from "./errors.ts";
import { show } from "./show.ts";

const MIB = 1024 * 1024;

/** What a number may be. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
  /** Whether 0 (unlimited) is allowed besides minimum to maximum. */
  readonly zero: boolean;
  readonly unit: string;
  readonly default: number;
}

const milliseconds = { minimum: 1, maximum: 1e12, integer: false, zero: true, unit: "milliseconds" } as const;
const queueBytes = { minimum: 1024, maximum: 2 ** 40, integer: true, zero: true, unit: "bytes" } as const;
const count = { minimum: 1, maximum: 2 ** 31 - 1, integer: true, zero: true } as const;

/** Of IsolateOptions. */
export const isolateRanges = {
  cpuMs: { ...milliseconds, default: 10_000 },
  cpuTotalMs: { ...milliseconds, default: 0 },
  cpuShare: { minimum: 0.001, maximum: 1, integer: false, zero: true, unit: "processors", default: 0 },
  wallMs: { ...milliseconds, default: 0 },
  memoryMb: { minimum: 8, maximum: 2 ** 20, integer: true, zero: true, unit: "MiB", default: 128 },
  mailboxBytesMax: { ...queueBytes, default: 128 * MIB },
  outboundBytesMax: { ...queueBytes, default: 16 * MIB },
  // One payload's length is a u32 of the ABI.
  messageBytesMax: { ...queueBytes, maximum: 2 ** 31 - 1, default: 64 * MIB },
  hostBytesMax: { ...queueBytes, default: 64 * MIB },
  requestsMax: { ...count, unit: "requests", default: 10_000 },
  timersMax: { ...count, unit: "timers", default: 100_000 },
  stackKb: { minimum: 64, maximum: 984, integer: true, zero: false, unit: "KiB", default: 984 },
} as const satisfies Record<string, Range>;

/** Of SandboxOptions, besides those of isolates. */
export const sandboxRanges = {
  threads: {
    ...{ minimum: 1, maximum: 256, integer: true, zero: false, unit: "threads" },
    default: Math.min(Math.max(navigator.hardwareConcurrency, 1), 16),
  },
  spareThreads: { minimum: 0, maximum: 1024, integer: true, zero: true, unit: "threads", default: 32 },
  isolatesMax: { minimum: 1, maximum: 100_000, integer: true, zero: false, unit: "isolates", default: 10_000 },
  outboundBytesTotalMax: {
    ...{ minimum: 65_536, maximum: 2 ** 40, integer: true, zero: false, unit: "bytes" },
    default: 256 * MIB,
  },
  templateBytesMax: {
    ...{ minimum: 65_536, maximum: 2 ** 31 - 1, integer: true, zero: false, unit: "bytes" },
    default: 64 * MIB,
  },
  isolatesPerProcess: { minimum: 1, maximum: 256, integer: true, zero: false, unit: "isolates", default: 16 },
  processesMax: { minimum: 1, maximum: 4096, integer: true, zero: false, unit: "processes", default: 64 },
  spareProcesses: { minimum: 0, maximum: 64, integer: true, zero: true, unit: "processes", default: 1 },
  spinUs: { minimum: 0, maximum: 1000, integer: false, zero: true, unit: "microseconds", default: 50 },
} as const satisfies Record<string, Range>;

/** Of CallOptions. */
export const callRanges = {
  timeoutMs: { ...milliseconds, maximum: 2 ** 31 - 1, default: 0 },
} as const satisfies Record<string, Range>;

/** Of InspectOptions and CpuProfileOptions. */
export const inspectRanges = {
  port: { minimum: 0, maximum: 65_535, integer: true, zero: true, unit: "ports", default: 9229 },
  samplingIntervalUs: {
    minimum: 100,
    maximum: 1_000_000,
    integer: true,
    zero: false,
    unit: "microseconds",
    default: 1000,
  },
} as const satisfies Record<string, Range>;

const offset = { minimum: -1_000_000, maximum: 1_000_000, integer: true, zero: true, default: 0 } as const;

/** Of TemplateOptions. */
export const templateRanges = {
  prepareMs: { ...milliseconds, maximum: 2 ** 31 - 1, default: 30_000 },
} as const satisfies Record<string, Range>;

/** Of ScriptOptions. */
export const scriptRanges = {
  lineOffset: { ...offset, unit: "lines" },
  columnOffset: { ...offset, unit: "columns" },
} as const satisfies Record<string, Range>;

/**
 * @param value - undefined for the range's default
 * @param doing - the call it was given to
 * @throws OptionError
 */
export function checkNumber(name: string, value: unknown, range: Range, doing: string): number {
  if (value === undefined) return range.default;
  const isNumber = typeof value === "number" && (!range.integer || Number.isInteger(value));
  const inRange = isNumber && ((value >= range.minimum && value <= range.maximum) || (range.zero && value === 0));
  if (inRange) return value;
  const kind = range.integer ? "an integer" : "a number";
  const unlimited = range.zero && range.minimum > 0 ? ", or 0 for unlimited" : "";
  const bounds = `${range.minimum} to ${range.maximum} ${range.unit}${unlimited}`;
  throw new OptionError(name, `${doing}: ${name} must be ${kind} of ${bounds}, but is ${show(value)}.`);
}
