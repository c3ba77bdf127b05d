/** One request of a guest's, to the end of its response's body. */
import type { RequestContext } from "../events.ts";
import { ACCEPT_ENCODING } from "./content-codings.ts";
import { toRequestBody } from "./request-body.ts";
import type { RequestBody } from "./request-body.ts";
import { HostError, NetworkError, byHost, isRefusal, toNetworkError } from "./errors.ts";
import type { FetchCounter } from "./fetch-counters.ts";
import type { Settings } from "./fetch-options.ts";
import { dropContentHeaders, dropCredentials, toRequestHeaders, toResponseHeaders } from "./headers.ts";
import { tell } from "./log.ts";
import { pinnedFetch } from "./pinned-fetch.ts";
import type { Destination } from "./policy.ts";
import { becomesGet, limitReferer, redirectionOf } from "./redirects.ts";
import { limitResponse } from "./response-body.ts";
import { withKnownBody } from "../short-body.ts";

const nullBodyStatuses: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** One request. */
export class Exchange {
  readonly #settings: Settings;
  readonly #counter: FetchCounter;
  readonly #context: RequestContext;
  readonly #data: Record<string, unknown>;
  readonly #method: string;
  readonly #started = performance.now();
  readonly #controller = new AbortController();
  #begun = 0;
  #timer: Timer | undefined;
  #release: () => void = () => {};
  #redirects = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #status: number | undefined;
  #over = false;

  constructor(settings: Settings, counter: FetchCounter, data: unknown, context: RequestContext) {
    this.#settings = settings;
    this.#counter = counter;
    this.#context = context;
    this.#data = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
    const { method = "GET" } = this.#data;
    this.#method = typeof method === "string" ? method.toUpperCase() : "";
  }

  async run(): Promise<Response> {
    const { signal } = this.#context;
    this.#counter.begin();
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
    try {
      const slot = this.#settings.slots.take(this.#context.isolate, this.#controller.signal);
      this.#release = slot instanceof Promise ? await slot : slot;
      this.#begun = performance.now();
      const { timeoutMs, totalTimeoutMs } = this.#settings;
      if (timeoutMs > 0 && (totalTimeoutMs === 0 || timeoutMs <= totalTimeoutMs))
        this.#limit(timeoutMs, "The response");
      else this.#limit(totalTimeoutMs, "The exchange");
      const response = await this.#follow();
      // From now on only the body is under way, if at all.
      if (!this.#over) this.#limit(totalTimeoutMs, "The exchange");
      return response;
    } catch (error) {
      const { signal: own } = this.#controller;
      const reported = toNetworkError(own.aborted ? own.reason : error);
      this.#end(reported);
      // What the host's own functions throw is for the guest to read.
      throw error instanceof HostError && !own.aborted ? error.error : reported;
    }
  }

  readonly #onAbort = (): void =>
    this.#controller.abort(
      new NetworkError("ERR_NET_ABORTED", "The request was given up.", { cause: this.#context.signal.reason }),
    );

  /** Ends the exchange so many milliseconds after its beginning, unless it is 0. Takes the place of the limit before. */
  #limit(ms: number, what: string): void {
    clearTimeout(this.#timer);
    if (ms === 0) return;
    const expire = (): void =>
      this.#controller.abort(new NetworkError("ERR_NET_TIMEOUT", `${what} took longer than ${ms} ms.`));
    this.#timer = setTimeout(expire, ms - (performance.now() - this.#begun));
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
      this.#counter.sent(count);
    });
    if (body !== undefined && (method === "GET" || method === "HEAD")) {
      throw new NetworkError("ERR_NET_ARGUMENT", `A ${method} request has no body.`);
    }
    const checked = this.#untilAborted(policy.check(target, this.#context.isolate));
    let destination = checked instanceof Promise ? await checked : checked;
    for (;;) {
      const response = await this.#send(destination, method, headers, body);
      const location = redirectionOf(response);
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
      this.#counter.redirect();
      if (becomesGet(response.status, method)) {
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
      limitReferer(headers, response.headers.get("referrer-policy"), next);
      destination = await this.#untilAborted(policy.check(next.href, this.#context.isolate));
    }
  }

  async #send(
    destination: Destination,
    method: string,
    guestHeaders: Headers,
    body: RequestBody | undefined,
  ): Promise<Response> {
    const { onRequest, ca } = this.#settings;
    let headers = guestHeaders;
    if (onRequest) {
      headers = new Headers(guestHeaders);
      const { isolate } = this.#context;
      const url = new URL(destination.url);
      const request = { isolate, url, method, headers };
      await this.#untilAborted(byHost(() => onRequest(request)));
    }
    headers.set("accept-encoding", ACCEPT_ENCODING);
    return pinnedFetch(destination, { method, headers, body, signal: this.#controller.signal, ca });
  }

  #respond(response: Response, url: URL, method: string): Response {
    this.#status = response.status;
    const withBody = method !== "HEAD" && !nullBodyStatuses.has(response.status);
    const body = withBody
      ? limitResponse(response, {
          maxBytes: this.#settings.maxResponseBytes,
          timeoutMs: this.#settings.timeoutMs,
          signal: this.#controller.signal,
          onBytes: (count) => {
            this.#bytesReceived += count;
            this.#counter.received(count);
          },
          onEnd: (error) => this.#end(error),
        })
      : null;
    const result = toResponse(response, body);
    if (body instanceof Uint8Array) withKnownBody(result, body);
    if (!withBody) this.#end(undefined);
    // The constructor has no way to say these.
    Object.defineProperty(result, "url", { value: url.href });
    Object.defineProperty(result, "redirected", { value: this.#redirects > 0 });
    return result;
  }

  /** A function of the host's may never settle; the guest's patience and the time limits hold for it too. */
  #untilAborted<T>(work: T | Promise<T>): T | Promise<T> {
    if (!(work instanceof Promise)) return work;
    const { signal } = this.#controller;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  #end(error: NetworkError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#context.signal.removeEventListener("abort", this.#onAbort);
    this.#release();
    // Whatever is still under way below is not wanted any more.
    if (error) this.#controller.abort(error);
    this.#counter.end(error !== undefined, error !== undefined && isRefusal(error));
    const { url } = this.#data;
    tell(this.#settings.log, {
      isolate: this.#context.isolate,
      url: typeof url === "string" ? url.slice(0, 2048) : "",
      method: this.#method.slice(0, 40),
      status: this.#status,
      error,
      redirects: this.#redirects,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      durationMs: performance.now() - this.#started,
    });
  }
}

/** @throws NetworkError for a status that no Response can have */
function toResponse(
  { status, statusText, headers }: Response,
  body: Uint8Array<ArrayBuffer> | ReadableStream | null,
): Response {
  try {
    return new Response(body, { status, statusText, headers: toResponseHeaders(headers) });
  } catch (error) {
    throw new NetworkError("ERR_NET_FAILED", "The response's status is not valid.", { cause: error });
  }
}
