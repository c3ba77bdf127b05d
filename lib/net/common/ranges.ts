/** The numbers that the helpers' options may be, as docs/limits.md has them. */
import type { Range } from "../../contract/ranges.ts";

const MIB = 1024 * 1024;
const count = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, integer: true, zero: true } as const;
const bytes = { ...count, unit: "bytes" } as const;
/** Timers count in 32 bits: a longer one would fire at once. */
const milliseconds = { ...count, maximum: 2 ** 31 - 1, unit: "milliseconds" } as const;

/** Of FetchProxyOptions. */
export const fetchRanges = {
  maxRequestBytes: { ...bytes, default: 10 * MIB },
  maxResponseBytes: { ...bytes, default: 100 * MIB },
  timeoutMs: { ...milliseconds, default: 30_000 },
  totalTimeoutMs: { ...milliseconds, default: 300_000 },
  maxRedirects: { ...count, minimum: 0, unit: "redirects", default: 10 },
  maxConcurrent: { ...count, unit: "requests", default: 32 },
} as const satisfies Record<string, Range>;

/** Of WebSocketGatewayOptions. */
export const gatewayRanges = {
  maxConnections: { ...count, unit: "connections", default: 32 },
  maxMessageBytes: { ...bytes, default: MIB },
  maxBufferedBytes: { ...bytes, default: 4 * MIB },
  timeoutMs: { ...milliseconds, default: 30_000 },
} as const satisfies Record<string, Range>;
