/** Modules of node and Bun, which guests do not have: what to use instead. */

const HOST = "ask the host for it: isolate.expose() gives the guest functions";
const NETWORK = "use fetch or WebSocket, which ask the host";

const INSTEAD: Readonly<Record<string, string>> = {
  assert: "throw errors",
  async_hooks: "pass what belongs to a call as an argument",
  buffer:
    'use Uint8Array, TextEncoder and TextDecoder; bundleGuest() brings the package on request (nodeModules: ["buffer"])',
  child_process: HOST,
  cluster: HOST,
  console: "use the global console",
  constants: "write the constants themselves",
  crypto: "use the global crypto (crypto.subtle, crypto.getRandomValues, crypto.randomUUID)",
  dgram: NETWORK,
  diagnostics_channel: "use NETWORK.send()",
  dns: NETWORK,
  domain: "use try and catch",
  events: 'use EventTarget; bundleGuest() brings the package on request (nodeModules: ["events"])',
  fs: HOST,
  "fs/promises": HOST,
  http: NETWORK,
  http2: NETWORK,
  https: NETWORK,
  inspector: HOST,
  module: "use import and import()",
  net: NETWORK,
  os: HOST,
  path: "use URL, or a package such as pathe",
  "path/posix": "use URL, or a package such as pathe",
  perf_hooks: "use the global performance",
  process: "pass what is needed by args",
  punycode: "use URL, which encodes domains",
  querystring: "use URLSearchParams",
  readline: HOST,
  repl: HOST,
  sqlite: HOST,
  stream: "use ReadableStream, WritableStream and TransformStream",
  "stream/promises": "use ReadableStream.pipeTo()",
  "stream/web": "use the globals ReadableStream, WritableStream and TransformStream",
  string_decoder: "use TextDecoder with { stream: true }",
  sys: HOST,
  test: HOST,
  timers: "use the globals setTimeout and setInterval",
  "timers/promises": "await new Promise((resolve) => setTimeout(resolve, ms))",
  tls: NETWORK,
  trace_events: HOST,
  tty: HOST,
  url: "use the globals URL and URLSearchParams",
  util: 'use structuredClone, TextEncoder and the like; bundleGuest() brings the package on request (nodeModules: ["util"])',
  "util/types": "use instanceof and typeof",
  v8: HOST,
  vm: HOST,
  wasi: HOST,
  worker_threads: "create another isolate",
  zlib: "use CompressionStream and DecompressionStream",
};

/** What Bun's transpiler imports for decorators. */
const DECORATORS = "bun:wrap";

/**
 * @param specifier - a bare name or URL
 * @returns what to use instead of a module of node or Bun; undefined: it is none
 */
export function insteadOfBuiltin(specifier: string): string | undefined {
  if (specifier === DECORATORS) return "decorators need helpers that bundleGuest() brings: bundle the module first";
  if (specifier === "bun" || specifier.startsWith("bun:")) return HOST;
  const isNode = specifier.startsWith("node:");
  const name = isNode ? specifier.slice("node:".length) : specifier;
  if (Object.hasOwn(INSTEAD, name)) return INSTEAD[name];
  return isNode ? HOST : undefined;
}
