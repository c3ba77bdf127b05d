/**
 * Fetch: the fetch method. https://fetch.spec.whatwg.org/#fetch-method
 */
import { type AbortState, abortStateOf } from "../events/abort-state.ts";
import { apiOrigin, parseApiUrl } from "../url/base-url.ts";
import type { ByteSequence } from "../file-api/bytes.ts";
import { callPlace, placed } from "../core/call-place.ts";
import { NativeTypeError, PromiseWithResolvers } from "../core/primordials.ts";
import { readableStateOf } from "../streams/readable-stream.ts";
import { originOf } from "../url/url.ts";
import { executing, requireArguments } from "../webidl/converters.ts";
import { publishOperations } from "../webidl/interfaces.ts";
import { bytesBody } from "./body.ts";
import { readAll } from "./consume.ts";
import { fetchByHost } from "./host.ts";
import { matchesIntegrity } from "./integrity.ts";
import { fetchLocally } from "./local-schemes.ts";
import { Request, type RequestState, requestStateOf, sourceSignalOf } from "./request.ts";
import { Response, type ResponseState } from "./response.ts";

type Finished = (response: ResponseState) => void;
type Failed = (reason: unknown) => void;

/**
 * https://fetch.spec.whatwg.org/#concept-fetch. It fails with what is to be thrown: a TypeError, or the signal's reason.
 *
 * @throws what keeps it from being started
 */
export function startFetch(
  request: RequestState,
  signal: AbortState | undefined,
  finished: Finished,
  failed: Failed,
): void {
  if (signal?.aborted) {
    request.body?.cancel(signal.reason);
    throw signal.reason;
  }
  const local = fetchLocally(request, signal);
  const checked = request.integrity === "" ? finished : checkIntegrity(request.integrity, signal, finished, failed);
  if (local !== undefined) return checked(local);
  requireOrigin(request);
  const { body } = request;
  const algorithm = body === null ? undefined : signal?.add(() => body.cancel(signal.reason));
  const answered = (response: ResponseState): void => {
    signal?.remove(algorithm);
    checked(response);
  };
  fetchByHost(request, signal, answered, (reason) => {
    signal?.remove(algorithm);
    failed(signal?.aborted ? signal.reason : reason);
  });
}

/** https://fetch.spec.whatwg.org/#main-fetch, mode "same-origin". Without a location there is no other origin. */
function requireOrigin(request: RequestState): void {
  if (request.mode !== "same-origin") return;
  const origin = apiOrigin();
  if (origin === undefined || origin === originOf(parseApiUrl(request.url)!)) return;
  throw new NativeTypeError("Failed to fetch: the URL is of another origin, and the mode 'same-origin'.");
}

/** https://fetch.spec.whatwg.org/#main-fetch, the part about integrity metadata. */
function checkIntegrity(
  integrity: string,
  signal: AbortState | undefined,
  finished: Finished,
  failed: Failed,
): Finished {
  return (response) => {
    const check = (bytes: ByteSequence): void => {
      if (!matchesIntegrity(bytes, integrity)) {
        return failed(new NativeTypeError("Failed to fetch: the response's body does not match the integrity."));
      }
      response.body = bytesBody(bytes, signal);
      finished(response);
    };
    const { body } = response;
    // Nothing to check: a response without a body has no bytes that could match.
    if (body === null)
      return failed(new NativeTypeError("Failed to fetch: there is no body to check the integrity of."));
    const source = body.takeSource();
    if (source === undefined) readAll(readableStateOf(body.stream)!, check, failed);
    else check(source);
  };
}

publishOperations({
  /** https://fetch.spec.whatwg.org/#dom-global-fetch */
  fetch(input: unknown, init: unknown = undefined): Promise<Response> {
    const { promise, resolve, reject } = PromiseWithResolvers<Response>();
    try {
      requireArguments(arguments.length, 1, executing("fetch", "WorkerGlobalScope"));
      const request = new Request(input, init);
      const signal = sourceSignalOf(request);
      const place = callPlace();
      startFetch(
        requestStateOf(request)!,
        signal === undefined ? undefined : abortStateOf(signal),
        (response) => resolve(new Response(response)),
        (reason) => reject(placed(reason, place)),
      );
    } catch (error) {
      reject(error);
    }
    return promise;
  },
});
