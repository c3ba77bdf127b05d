/** A host's answer to guests' fetch: an `onRequest("fetch", …)` handler over Bun's fetch. */
import type { Isolate, RequestContext } from "../../api/isolate.ts";
import { requesterOf, withSource } from "../../fetch/fetch-handler.ts";
import type { FetchSource } from "../../fetch/fetch-handler.ts";
import type { Exactly } from "../../contract/options.ts";
import type { PlatformResponse } from "../../contract/platform.ts";
import { FetchCounters } from "./fetch-counters.ts";
import type { FetchProxyStats } from "./fetch-counters.ts";
import { Exchange } from "./fetch-exchange.ts";
import { toSettings } from "./fetch-options.ts";
import type { FetchProxyOptions } from "./fetch-options.ts";
import { toResponse } from "./to-response.ts";

/** An `onRequest("fetch", …)` handler, for any number of isolates. */
export interface FetchProxy {
  /** Answers one request. What it rejects with is a {@link NetworkError}, or what `onRequest` or `allow` threw. */
  (data: unknown, context: RequestContext): Promise<PlatformResponse>;
  /**
   * What it has done so far.
   *
   * @param isolate - for whom; all together if left out
   */
  stats(isolate?: Isolate): FetchProxyStats;
}

/**
 * Makes a handler that lets guests fetch from where the host allows, and from nowhere else: private, loopback,
 * link-local and metadata addresses are refused after names are resolved, and connections go to the addresses that were
 * checked. Redirects are checked as requests are, and lose the guest's credentials when they leave its origin.
 *
 * @typeParam Options - the type of the options
 * @param options - `allow` at least
 * @returns the handler, for one isolate or many
 * @throws OptionError if an option is unknown, of the wrong type or out of its range
 * @example
 * ```ts
 * worker.onRequest("fetch", fetchProxy({ allow: ["https://api.example.com", "*.cdn.example.com"] }));
 * ```
 */
export function fetchProxy<Options extends Exactly<Options, FetchProxyOptions>>(options: Options): FetchProxy {
  const settings = toSettings(options);
  const counters = new FetchCounters();
  const source: FetchSource<Isolate> = (data, requester) =>
    new Exchange(settings, counters.of(requester.isolate), data, requester).run();
  const handler = async (data: unknown, context: RequestContext): Promise<Response> =>
    toResponse(await source(data, requesterOf(context)));
  const stats = (isolate?: Isolate): FetchProxyStats => counters.stats(isolate);
  return withSource(Object.assign(handler, { stats }), source);
}
