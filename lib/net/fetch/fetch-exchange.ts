/** One request of a guest's, to the end of its response's body. */
import type { Isolate } from "../../api/isolate.ts";
import { parseUrl } from "../../codec/index.ts";
import type { AbortListener, FetchResult, Requester } from "../../fetch/fetch-handler.ts";
import { HostError, NetworkError, byHost, isRefusal, toNetworkError } from "../common/errors.ts";
import { tell } from "../common/log.ts";
import type { Destination } from "../policy/policy.ts";
import { ACCEPT_ENCODING } from "./content-codings.ts";
import type { Deadline } from "./deadlines.ts";
import type { FetchCounter } from "./fetch-counters.ts";
import type { Settings } from "./fetch-options.ts";
import { dropContentHeaders, dropCredentials, toRequestHeaders, toResponseHeaders } from "./headers.ts";
import type { RequestHeaders } from "./headers.ts";
import { pinnedFetch } from "./pinned-fetch.ts";
import { becomesGet, limitReferer, redirectionOf } from "./redirects.ts";
import { toRequestBody } from "./request-body.ts";
import type { RequestBody } from "./request-body.ts";
import { limitResponse } from "./response-body.ts";
import type { LimitedBody } from "./response-body.ts";

/** Characters of a method that are looked at. */
const METHOD_LENGTH_MAX = 100;

/** Characters of a URL that are logged. */
const LOGGED_LENGTH_MAX = 2048;

/** https://fetch.spec.whatwg.org/#null-body-status, of final responses. */
const nullBodyStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** One request. */
export class Exchange implements AbortListener {
  readonly #settings: Settings;
  readonly #counter: FetchCounter;
  readonly #requester: Requester<Isolate>;
  /** The guest's, until the response has come: a long body of the request must not be kept while that is read. */
  #data: Record<string, unknown>;
  readonly #url: string;
  readonly #method: string;
  readonly #started = performance.now();
  readonly #controller = new AbortController();
  #responseDeadline: Deadline | undefined;
  #totalDeadline: Deadline | undefined;
  #release: (() => void) | undefined;
  #redirects = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #status: number | undefined;
  #over = false;

  constructor(settings: Settings, counter: FetchCounter, data: unknown, requester: Requester<Isolate>) {
    this.#settings = settings;
    this.#counter = counter;
    this.#requester = requester;
    this.#data = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
    const { method = "GET", url } = this.#data;
    this.#url = typeof url === "string" ? url.slice(0, LOGGED_LENGTH_MAX) : "";
    this.#method = typeof method === "string" ? method.slice(0, METHOD_LENGTH_MAX).toUpperCase() : "";
  }

  async run(): Promise<FetchResult> {
    const { slots, responseDeadlines, totalDeadlines, timeoutMs, totalTimeoutMs } = this.#settings;
    this.#counter.begin();
    this.#requester.whenAborted(this);
    try {
      const slot = slots.take(this.#requester.isolate, this.#controller.signal);
      this.#release = slot instanceof Promise ? await slot : slot;
      this.#responseDeadline = responseDeadlines.begin(() => this.#expire(timeoutMs, "The response"));
      this.#totalDeadline = totalDeadlines.begin(() => this.#expire(totalTimeoutMs, "The exchange"));
      const result = await this.#follow();
      this.#data = {};
      // From now on only the body is under way, if at all.
      responseDeadlines.end(this.#responseDeadline);
      return result;
    } catch (error) {
      const { signal: own } = this.#controller;
      const reported = toNetworkError(own.aborted ? own.reason : error);
      this.#end(reported);
      // What the host's own functions throw is for the guest to read.
      throw error instanceof HostError && !own.aborted ? error.error : reported;
    }
  }

  /** Nobody waits any more. */
  aborted(cause: unknown): void {
    this.#controller.abort(new NetworkError("ERR_NET_ABORTED", "The request was given up.", { cause }));
  }

  #expire(ms: number, what: string): void {
    this.#controller.abort(new NetworkError("ERR_NET_TIMEOUT", `${what} took longer than ${ms} ms.`));
  }

  /** The request, and those its redirects lead to. */
  async #follow(): Promise<FetchResult> {
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
    let checked = policy.check(target, this.#requester.isolate);
    let destination = checked instanceof Promise ? await this.#untilAborted(checked) : checked;
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
      const next = parseUrl(location, destination.url.href);
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
      checked = policy.check(next.href, this.#requester.isolate);
      destination = checked instanceof Promise ? await this.#untilAborted(checked) : checked;
    }
  }

  #send(
    destination: Destination,
    method: string,
    headers: RequestHeaders,
    body: RequestBody | undefined,
  ): Promise<Response> {
    const { onRequest, ca } = this.#settings;
    const { signal } = this.#controller;
    const send = (headers: RequestHeaders): Promise<Response> => {
      headers["accept-encoding"] = ACCEPT_ENCODING;
      return pinnedFetch(destination, { method, headers, body, signal, ca });
    };
    if (!onRequest) return send(headers);
    const { isolate } = this.#requester;
    const request = { isolate, url: new URL(destination.url), method, headers: new Headers(headers) };
    return this.#untilAborted(byHost(() => onRequest(request))).then(() => send(Object.fromEntries(request.headers)));
  }

  /** @throws NetworkError for a status that no final response has */
  #respond(response: Response, url: URL, method: string): FetchResult {
    const { status, statusText } = response;
    this.#status = status;
    if (status < 200 || status > 999) throw new NetworkError("ERR_NET_FAILED", "The response's status is not valid.");
    const { body, isDecoded } =
      method === "HEAD" || nullBodyStatuses.has(status) ? this.#withoutBody(response) : this.#withBody(response);
    const headers = toResponseHeaders(response.headers, isDecoded);
    return { status, statusText, headers, url: url.href, redirected: this.#redirects > 0, body };
  }

  #withBody(response: Response): LimitedBody {
    return limitResponse(response, {
      maxBytes: this.#settings.maxResponseBytes,
      timeoutMs: this.#settings.timeoutMs,
      signal: this.#controller.signal,
      onBytes: (count) => {
        this.#bytesReceived += count;
        this.#counter.received(count);
      },
      onEnd: (error) => this.#end(error),
    });
  }

  /** What a server sends all the same is not waited for. */
  #withoutBody(response: Response): LimitedBody {
    void response.body?.cancel().catch(() => {});
    this.#end(undefined);
    return { body: null, isDecoded: false };
  }

  /** A function of the host's may never settle; the guest's patience and the time limits hold for it too. */
  #untilAborted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      // Also when nobody waits for it any more: what it fails with is nobody's then.
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #end(error: NetworkError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#settings.responseDeadlines.end(this.#responseDeadline);
    this.#settings.totalDeadlines.end(this.#totalDeadline);
    this.#requester.whenAborted(undefined);
    this.#release?.();
    // Whatever is still under way below is not wanted any more.
    if (error) this.#controller.abort(error);
    this.#counter.end(error !== undefined, error !== undefined && isRefusal(error));
    if (this.#settings.log) this.#tell(this.#settings.log, error);
  }

  #tell(log: NonNullable<Settings["log"]>, error: NetworkError | undefined): void {
    tell(log, {
      isolate: this.#requester.isolate,
      url: this.#url,
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
