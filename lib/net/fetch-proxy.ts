/** A host's answer to guests' fetch: an `onRequest("fetch", …)` handler over Bun's fetch. */
import { OptionError } from "../errors.ts";
import type { RequestContext } from "../events.ts";
import type { Isolate } from "../isolate.ts";
import { ACCEPT_ENCODING, limitResponse, toNetworkError, toRequestBody } from "./bodies.ts";
import type { RequestBody } from "./bodies.ts";
import { NetworkError } from "./errors.ts";
import { dropContentHeaders, dropCredentials, toRequestHeaders, toResponseHeaders } from "./headers.ts";
import { checkNames, toCount } from "./options.ts";
import { Policy } from "./policy.ts";
import type { Destination, PolicyOptions } from "./policy.ts";
import { Slots } from "./slots.ts";

/** One request as it leaves the host; a redirect makes another. */
export interface OutgoingRequest {
  /** The isolate that asks. */
  readonly isolate: Isolate;
  /** Where to. */
  readonly url: URL;
  /** The method, in upper case. */
  readonly method: string;
  /** What is sent. Changes here concern this request alone: a redirect does not carry them on. */
  readonly headers: Headers;
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
   * Requests of one isolate at a time, their bodies included. The others wait.
   * @defaultValue 32
   */
  maxConcurrent?: number | undefined;
  /**
   * Called for each request that leaves, redirects too. It may change the headers, to add the host's own credentials
   * for instance; what it throws refuses the request, and the guest sees its message.
   */
  onRequest?: ((request: OutgoingRequest) => void | Promise<void>) | undefined;
  /** Called once for each request of a guest's, when it is over. What it throws is the host's uncaught exception. */
  log?: ((entry: FetchLogEntry) => void) | undefined;
  /** Certificates to trust in place of the system's, in PEM. */
  ca?: string | readonly string[] | undefined;
}

/** What a {@link fetchProxy} has done so far, for all its isolates. */
export interface FetchProxyStats {
  /** Requests of guests. */
  readonly requests: number;
  /** Under way now, their bodies included, or waiting for their turn. */
  readonly active: number;
  /** Ended with an error. */
  readonly failed: number;
  /** Redirects that were followed. */
  readonly redirects: number;
  /** Sent as bodies, in bytes. */
  readonly bytesSent: number;
  /** Received as bodies and decoded, in bytes. */
  readonly bytesReceived: number;
}

/** An `onRequest("fetch", …)` handler, for any number of isolates. */
export interface FetchProxy {
  /** Answers one request. What it rejects with is a {@link NetworkError}, or what `onRequest` or `allow` threw. */
  (data: unknown, context: RequestContext): Promise<Response>;
  /** What it has done so far. */
  stats(): FetchProxyStats;
}

const optionNames = [
  ...["allow", "addresses", "resolve", "methods", "maxRequestBytes", "maxResponseBytes", "timeoutMs"],
  ...["totalTimeoutMs", "maxRedirects", "maxConcurrent", "onRequest", "log", "ca"],
];
const defaultMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const neverMethods: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const nullBodyStatuses: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);
/** No connection was made, so nothing was sent: the next address may be tried. */
const notConnected: ReadonlySet<string> = new Set([
  "ConnectionRefused",
  "ECONNREFUSED",
  "FailedToOpenSocket",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const ADDRESSES_MAX = 4;
const MIB = 1024 * 1024;

interface Settings {
  readonly policy: Policy;
  readonly slots: Slots;
  readonly methods: ReadonlySet<string>;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxRedirects: number;
  readonly onRequest: FetchProxyOptions["onRequest"];
  readonly log: FetchProxyOptions["log"];
  readonly ca: FetchProxyOptions["ca"];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function toSettings(options: FetchProxyOptions): Settings {
  checkNames(options, optionNames, "fetchProxy()");
  const methods = options.methods ?? defaultMethods;
  for (const method of methods) {
    if (neverMethods.has(method.toUpperCase()))
      throw new OptionError("methods", `methods: ${method} is never allowed.`);
  }
  return {
    policy: new Policy(options, ["http:", "https:"]),
    slots: new Slots(toCount("maxConcurrent", options.maxConcurrent, 32)),
    methods: new Set(methods.map((method) => method.toUpperCase())),
    maxRequestBytes: toCount("maxRequestBytes", options.maxRequestBytes, 10 * MIB),
    maxResponseBytes: toCount("maxResponseBytes", options.maxResponseBytes, 100 * MIB),
    timeoutMs: toCount("timeoutMs", options.timeoutMs, 30_000),
    totalTimeoutMs: toCount("totalTimeoutMs", options.totalTimeoutMs, 300_000),
    maxRedirects: toCount("maxRedirects", options.maxRedirects, 10),
    onRequest: options.onRequest,
    log: options.log,
    ca: options.ca,
  };
}

/**
 * Makes a handler that lets guests fetch from where the host allows, and from nowhere else: private, loopback,
 * link-local and metadata addresses are refused after names are resolved, and connections go to the addresses that were
 * checked. Redirects are checked as requests are, and lose the guest's credentials when they leave its origin.
 *
 * @param options - `allow` at least
 * @returns the handler, for one isolate or many
 * @throws OptionError
 * @example
 * ```ts
 * worker.onRequest("fetch", fetchProxy({ allow: ["https://api.example.com", "*.cdn.example.com"] }));
 * ```
 */
export function fetchProxy(options: FetchProxyOptions): FetchProxy {
  const settings = toSettings(options);
  const stats: Mutable<FetchProxyStats> = {
    requests: 0,
    active: 0,
    failed: 0,
    redirects: 0,
    bytesSent: 0,
    bytesReceived: 0,
  };
  const handler = (data: unknown, context: RequestContext): Promise<Response> =>
    new Exchange(settings, stats, data, context).run();
  return Object.assign(handler, { stats: (): FetchProxyStats => ({ ...stats }) });
}

/** One request of a guest's, to the end of its response's body. */
class Exchange {
  readonly #settings: Settings;
  readonly #stats: Mutable<FetchProxyStats>;
  readonly #context: RequestContext;
  readonly #data: Record<string, unknown>;
  readonly #method: string;
  readonly #started = performance.now();
  readonly #controller = new AbortController();
  readonly #timers: Timer[] = [];
  #release: () => void = () => {};
  #redirects = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #status: number | undefined;
  #over = false;

  constructor(settings: Settings, stats: Mutable<FetchProxyStats>, data: unknown, context: RequestContext) {
    this.#settings = settings;
    this.#stats = stats;
    this.#context = context;
    this.#data = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
    const { method = "GET" } = this.#data;
    this.#method = typeof method === "string" ? method.toUpperCase() : "";
  }

  async run(): Promise<Response> {
    const { signal } = this.#context;
    this.#stats.requests++;
    this.#stats.active++;
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
    try {
      this.#release = await this.#settings.slots.take(this.#context.isolate, this.#controller.signal);
      this.#abortAfter(this.#settings.totalTimeoutMs, "The exchange");
      const headersTimer = this.#abortAfter(this.#settings.timeoutMs, "The response");
      const response = await this.#follow();
      clearTimeout(headersTimer);
      return response;
    } catch (error) {
      const known = this.#controller.signal.aborted ? this.#controller.signal.reason : error;
      const own = known === error && error instanceof Error && !("code" in error) && !(error instanceof TypeError);
      const reported = toNetworkError(known);
      this.#end(reported);
      // What the host's own functions throw is for the guest to read.
      throw own ? error : reported;
    }
  }

  readonly #onAbort = (): void =>
    this.#controller.abort(
      new NetworkError("ERR_NET_ABORTED", "The request was given up.", { cause: this.#context.signal.reason }),
    );

  #abortAfter(ms: number, what: string): Timer | undefined {
    if (ms === 0) return undefined;
    const reason = new NetworkError("ERR_NET_TIMEOUT", `${what} took longer than ${ms} ms.`);
    const timer = setTimeout(() => this.#controller.abort(reason), ms);
    this.#timers.push(timer);
    return timer;
  }

  /** The request, and those its redirects lead to. */
  async #follow(): Promise<Response> {
    const { methods, maxRequestBytes, maxRedirects, policy } = this.#settings;
    const { url: target, redirect = "follow" } = this.#data;
    if (typeof target !== "string") throw new NetworkError("ERR_NET_ARGUMENT", "The request has no URL.");
    let method = this.#method;
    if (!methods.has(method)) {
      throw new NetworkError("ERR_NET_METHOD", `The method ${JSON.stringify(method.slice(0, 40))} is not allowed.`);
    }
    const headers = toRequestHeaders(this.#data["headers"]);
    let body = toRequestBody(this.#data["body"], maxRequestBytes, (count) => {
      this.#bytesSent += count;
      this.#stats.bytesSent += count;
    });
    if (body !== undefined && (method === "GET" || method === "HEAD")) {
      throw new NetworkError("ERR_NET_ARGUMENT", `A ${method} request has no body.`);
    }
    let destination = await this.#untilAborted(policy.check(target, this.#context.isolate));
    for (;;) {
      const response = await this.#send(destination, method, headers, body);
      const location = redirectStatuses.has(response.status) ? response.headers.get("location") : null;
      if (location === null || redirect === "manual") return this.#respond(response, destination.url, method);
      void response.body?.cancel().catch(() => {});
      if (redirect === "error" || this.#redirects >= maxRedirects) {
        throw new NetworkError(
          "ERR_NET_REDIRECT",
          redirect === "error" ? "The response is a redirect." : "Too many redirects.",
        );
      }
      const next = URL.parse(location, destination.url.href);
      if (next === null) throw new NetworkError("ERR_NET_REDIRECT", "The redirect's location is not a URL.");
      this.#redirects++;
      this.#stats.redirects++;
      const { status } = response;
      if (
        (status === 303 && method !== "GET" && method !== "HEAD") ||
        ((status === 301 || status === 302) && method === "POST")
      ) {
        method = "GET";
        body = undefined;
        dropContentHeaders(headers);
        if (!methods.has("GET"))
          throw new NetworkError("ERR_NET_METHOD", "The redirect asks for GET, which is not allowed.");
      }
      if (body instanceof ReadableStream) {
        throw new NetworkError("ERR_NET_REDIRECT", "A streamed body cannot be sent again.");
      }
      if (next.origin !== destination.url.origin) dropCredentials(headers);
      destination = await this.#untilAborted(policy.check(next.href, this.#context.isolate));
    }
  }

  /** To the addresses that were checked, and under the name that was asked for. */
  async #send(
    { url, addresses }: Destination,
    method: string,
    guestHeaders: Headers,
    body: RequestBody | undefined,
  ): Promise<Response> {
    const headers = new Headers(guestHeaders);
    const { isolate } = this.#context;
    await this.#untilAborted(this.#settings.onRequest?.({ isolate, url: new URL(url.href), method, headers }));
    headers.set("host", url.host);
    headers.set("accept-encoding", ACCEPT_ENCODING);
    const { ca } = this.#settings;
    const tls = { serverName: url.hostname, ...(ca === undefined ? {} : { ca: ca as string }) };
    for (let index = 0; ; index++) {
      const address = addresses[index]!;
      const pinned = new URL(url);
      pinned.hostname = address.includes(":") ? `[${address}]` : address;
      pinned.hash = "";
      try {
        return await fetch(pinned.href, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          redirect: "manual",
          decompress: false,
          signal: this.#controller.signal,
          ...(url.protocol === "https:" ? { tls } : {}),
        });
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        const again = notConnected.has(code) && !(body instanceof ReadableStream);
        if (!again || index + 1 >= Math.min(addresses.length, ADDRESSES_MAX)) throw error;
      }
    }
  }

  #respond(response: Response, url: URL, method: string): Response {
    this.#status = response.status;
    const withBody = response.body !== null && method !== "HEAD" && !nullBodyStatuses.has(response.status);
    const body = withBody
      ? limitResponse(response.body, response.headers.get("content-encoding"), {
          maxBytes: this.#settings.maxResponseBytes,
          timeoutMs: this.#settings.timeoutMs,
          signal: this.#controller.signal,
          onBytes: (count) => {
            this.#bytesReceived += count;
            this.#stats.bytesReceived += count;
          },
          onEnd: (error) => this.#end(error),
          onCancel: () => this.#controller.abort(new NetworkError("ERR_NET_ABORTED", "The response was given up.")),
        })
      : null;
    if (!withBody) this.#end(undefined);
    const result = new Response(body, {
      status: response.status,
      statusText: response.statusText,
      headers: toResponseHeaders(response.headers),
    });
    // The constructor has no way to say these.
    Object.defineProperty(result, "url", { value: url.href });
    Object.defineProperty(result, "redirected", { value: this.#redirects > 0 });
    return result;
  }

  /** A function of the host's may never settle; the guest's patience and the time limits hold for it too. */
  #untilAborted<T>(work: T | Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      Promise.resolve(work)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  #end(error: NetworkError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#context.signal.removeEventListener("abort", this.#onAbort);
    this.#release();
    // Whatever is still under way below is not wanted any more.
    if (error) this.#controller.abort(error);
    this.#stats.active--;
    if (error) this.#stats.failed++;
    const { url } = this.#data;
    const entry: FetchLogEntry = {
      isolate: this.#context.isolate,
      url: typeof url === "string" ? url.slice(0, 2048) : "",
      method: this.#method.slice(0, 40),
      status: this.#status,
      error,
      redirects: this.#redirects,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      durationMs: performance.now() - this.#started,
    };
    const { log } = this.#settings;
    if (log) queueMicrotask(() => log(entry));
  }
}
