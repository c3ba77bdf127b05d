/** The proxy's options, and what it tells of its work. */
import type { Isolate } from "../../api/isolate.ts";
import { OptionError } from "../../contract/errors.ts";
import { checkOptionNames } from "../../contract/option-names.ts";
import { checkFunction, checkTextOrTexts, checkTexts } from "../../contract/option-values.ts";
import type { PlatformHeaders, PlatformURL } from "../../contract/platform.ts";
import { checkNumber } from "../../contract/ranges.ts";
import type { NetworkError } from "../common/errors.ts";
import { fetchRanges } from "../common/ranges.ts";
import { Policy } from "../policy/policy.ts";
import type { PolicyOptions } from "../policy/policy.ts";
import { Deadlines } from "./deadlines.ts";
import { Slots } from "./slots.ts";

/** One request as it leaves the host; a redirect makes another. */
export interface OutgoingRequest {
  /** The isolate that asks. */
  readonly isolate: Isolate;
  /** Where to. */
  readonly url: PlatformURL;
  /** The method, in upper case. */
  readonly method: string;
  /** What is sent. Changes here concern this request alone: a redirect does not carry them on. */
  readonly headers: PlatformHeaders;
}

/** One request of a guest's, when it is over. */
export interface FetchLogEntry {
  /** The isolate that asked. */
  readonly isolate: Isolate;
  /** As the guest asked, up to 2,048 characters. Untrusted. */
  readonly url: string;
  /** As the guest asked. */
  readonly method: string;
  /** The response's status, if there was one. */
  readonly status?: number | undefined;
  /** What went wrong, if anything. */
  readonly error?: NetworkError | undefined;
  /** Redirects that were followed. */
  readonly redirects: number;
  /** Sent as body, in bytes. */
  readonly bytesSent: number;
  /** Received as body and decoded, in bytes. */
  readonly bytesReceived: number;
  /** From the guest's request to the end of the body, in milliseconds. */
  readonly durationMs: number;
}

/** Options of {@link fetchProxy}. `0` means unlimited. */
export interface FetchProxyOptions extends PolicyOptions {
  /**
   * The methods guests may use. CONNECT, TRACE and TRACK never are.
   * @defaultValue ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
   */
  methods?: readonly string[] | undefined;
  /**
   * A request's body, in bytes.
   * @defaultValue 10_485_760 (10 MiB)
   */
  maxRequestBytes?: number | undefined;
  /**
   * A response's body, decompressed, in bytes.
   * @defaultValue 104_857_600 (100 MiB)
   */
  maxResponseBytes?: number | undefined;
  /**
   * Until the response's headers, redirects included, and then for each piece of its body, in milliseconds.
   * @defaultValue 30_000
   */
  timeoutMs?: number | undefined;
  /**
   * The whole exchange with its body, in milliseconds. Server-sent events need more, or 0.
   * @defaultValue 300_000
   */
  totalTimeoutMs?: number | undefined;
  /**
   * Redirects that are followed, each checked as the request itself; none if 0.
   * @defaultValue 10
   */
  maxRedirects?: number | undefined;
  /**
   * Requests of one isolate at a time, their bodies included. The others wait in order; they fail once none of those
   * has ended for `timeoutMs`. A body that the guest dropped ends when the guest's garbage is collected: within a second
   * or so.
   * @defaultValue 32
   */
  maxConcurrent?: number | undefined;
  /**
   * Called for each request that leaves, redirects too. It may change the headers, to add the host's own credentials
   * for instance; what it throws refuses the request, and the guest sees its message.
   */
  onRequest?: ((request: OutgoingRequest) => void | Promise<void>) | undefined;
  /** Called once for each request of a guest's, when it is over. What it throws becomes a warning of the process. */
  log?: ((entry: FetchLogEntry) => unknown) | undefined;
  /** Certificates to trust in place of the system's, in PEM. */
  ca?: string | readonly string[] | undefined;
}

const doing = "fetchProxy()";
const optionNames = [
  ...["allow", "addresses", "resolve", "methods", "onRequest", "log", "ca"],
  ...Object.keys(fetchRanges),
];
const defaultMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const neverMethods: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/** The options, checked. */
export interface Settings extends Pick<FetchProxyOptions, "onRequest" | "log" | "ca"> {
  readonly policy: Policy;
  readonly slots: Slots;
  readonly responseDeadlines: Deadlines;
  readonly totalDeadlines: Deadlines;
  readonly methods: ReadonlySet<string>;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxRedirects: number;
}

/** @throws OptionError */
export function toSettings(options: FetchProxyOptions): Settings {
  checkOptionNames(options, optionNames, doing);
  const number = (name: keyof typeof fetchRanges): number => checkNumber(name, options[name], fetchRanges[name], doing);
  const { methods = defaultMethods, onRequest, log, ca } = options;
  checkTexts("methods", methods, doing);
  checkFunction("onRequest", onRequest, doing);
  checkFunction("log", log, doing);
  checkTextOrTexts("ca", ca, doing);
  for (const method of methods) {
    if (neverMethods.has(method.toUpperCase()))
      throw new OptionError("methods", `methods: ${method} is never allowed.`);
  }
  const timeoutMs = number("timeoutMs");
  const totalTimeoutMs = number("totalTimeoutMs");
  return {
    policy: new Policy(options, ["http:", "https:"], doing),
    responseDeadlines: new Deadlines(timeoutMs),
    totalDeadlines: new Deadlines(totalTimeoutMs),
    slots: new Slots(number("maxConcurrent"), timeoutMs),
    methods: new Set(methods.map((method) => method.toUpperCase())),
    maxRequestBytes: number("maxRequestBytes"),
    maxResponseBytes: number("maxResponseBytes"),
    timeoutMs,
    totalTimeoutMs,
    maxRedirects: number("maxRedirects"),
    onRequest,
    log,
    ca,
  };
}
