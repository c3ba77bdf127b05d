/**
 * The host's side of fetch: { url, method, headers, body } goes to its handler of "fetch", under a name that tells the
 * library that this is the platform. No web specification.
 *
 * A body that is a stream stays where it is and is asked for piece by piece: "__body.read" answers bytes, or null at the
 * end, "__body.cancel" gives it up.
 */
import type { AbortState } from "../events/abort-state.ts";
import { withoutFragment } from "../file-api/blob-url.ts";
import { alone } from "../file-api/bytes.ts";
import { answerInternally, sendRequest } from "../network/network.ts";
import {
  NativeTypeError,
  ReflectOwnKeys,
  SafeMap,
  StringPrototypeToLowerCase,
  StringPrototypeToWellFormed,
  isObject,
} from "../core/primordials.ts";
import { markHandled } from "../streams/promises.ts";
import { type ReaderState, acquireDefaultReader, cancelStream } from "../streams/readable-state.ts";
import { readableStateOf } from "../streams/readable-stream.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { type Body, bytesBody, sequenceOf, textBody } from "./body.ts";
import { readChunk } from "./consume.ts";
import { download, giveUpDownload } from "./download.ts";
import { define, member, toFetchError } from "./fetch-error.ts";
import type { RequestState } from "./request.ts";
import { ResponseState, isNullBodyStatus } from "./response.ts";
import { sentHeaders } from "./sent-headers.ts";
import { isToken } from "../core/tokens.ts";

/** Streams of request bodies the host has not read to their end, by number. */
let uploads: SafeMap<unknown, ReaderState> | undefined;
let lastUpload = 0;

/** Keeps a stream for the host to ask for. */
function offerUpload(body: Body): number {
  if (uploads === undefined) {
    const map = new SafeMap<unknown, ReaderState>();
    uploads = map;
    answerInternally("__body.read", async (id) => {
      const reader = map.get(id);
      if (reader === undefined) return null;
      try {
        const chunk = await readChunk(reader);
        if (chunk !== undefined) return chunk;
        map.delete(id);
        return null;
      } catch (error) {
        map.delete(id);
        throw error;
      }
    });
    answerInternally("__body.cancel", (id) => {
      const reader = map.get(id);
      map.delete(id);
      if (reader?.stream !== undefined) markHandled(cancelStream(reader.stream, undefined));
    });
  }
  lastUpload++;
  uploads.set(lastUpload, acquireDefaultReader(readableStateOf(body.stream)!));
  return lastUpload;
}

/** What the host's handler gets. */
function toMessage(state: RequestState): object {
  const headers = {};
  const pairs = sentHeaders(state).sortAndCombine();
  for (let index = 0; index < pairs.names.length; index++) define(headers, pairs.names[index]!, pairs.values[index]);
  // With a prototype: cloned at half the price, and a clone has own properties only.
  const message = { url: state.url, method: state.method, headers };
  if (state.redirect !== "follow") define(message, "redirect", state.redirect);
  const { body } = state;
  if (body === null) return message;
  define(message, "body", body.takeText() ?? body.takeSource()?.toBytes() ?? { stream: offerUpload(body) });
  return message;
}

/** A list: of a handler's plain answer alone, or what the library makes of a Response. */
function toResponse(list: unknown, request: RequestState, signal: AbortState | undefined): ResponseState {
  const state = new ResponseState();
  state.type = "basic";
  state.immutable = true;
  const answer = list as ResponseList | readonly [unknown];
  if (answer.length === 1) takePlain(state, answer[0], request, signal);
  else takeList(state, answer, request, signal);
  return state;
}

function hasNoBody(status: number, request: RequestState): boolean {
  return request.method === "HEAD" || isNullBodyStatus(status);
}

/** https://fetch.spec.whatwg.org/#concept-status. 0 is that of network errors. */
function toStatus(value: unknown): number {
  if (value === undefined || value === null) return 200;
  if (value === 0) throw new NativeTypeError("The host answered fetch with a network error.");
  if (typeof value === "number" && value === (value | 0) && value > 0 && value <= 999) return value;
  throw new NativeTypeError("The status of the host's answer to fetch is not a whole number from 0 to 999.");
}

/** What the library makes of a Response: lib/fetch/bodies.ts. */
type ResponseList = readonly [
  status: number,
  statusText: string,
  url: string,
  redirected: boolean,
  headers: string,
  body: unknown,
];

function takeList(
  state: ResponseState,
  list: ResponseList,
  request: RequestState,
  signal: AbortState | undefined,
): void {
  state.status = toStatus(list[0]);
  state.statusText = list[1];
  state.url = withoutFragment(list[2] === "" ? request.url : list[2]);
  state.redirected = list[3];
  state.headerLines = list[4];
  const body = list[5];
  if (hasNoBody(state.status, request)) {
    if (typeof body === "number") giveUpDownload(body);
    return;
  }
  state.body = typeof body === "number" ? download(body, signal) : toBody(body, signal);
}

/** What a handler chose to say. */
function takePlain(state: ResponseState, answer: unknown, request: RequestState, signal: AbortState | undefined): void {
  if (!isObject(answer)) throw new NativeTypeError("The host's answer to fetch is not an object.");
  state.status = toStatus(member(answer, "status"));
  const statusText = member(answer, "statusText");
  if (typeof statusText === "string") state.statusText = statusText;
  const url = member(answer, "url");
  state.url = withoutFragment(typeof url === "string" && url !== "" ? url : request.url);
  state.redirected = member(answer, "redirected") === true;
  const headers = member(answer, "headers");
  if (isObject(headers)) takeHeaders(state, headers);
  if (!hasNoBody(state.status, request)) state.body = toBody(member(answer, "body"), signal);
}

/** A record, or a list of pairs. What is no header is left out. */
function takeHeaders(state: ResponseState, headers: object): void {
  const keys = ReflectOwnKeys(headers);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (typeof key !== "string") continue;
    const value = (headers as Record<string, unknown>)[key];
    const pair = isObject(value) ? value : undefined;
    const name = pair === undefined ? key : member(pair, "0");
    const text = pair === undefined ? value : member(pair, "1");
    if (typeof name !== "string" || typeof text !== "string" || !isToken(name) || key === "length") continue;
    state.headers.append(StringPrototypeToLowerCase(name), text);
  }
}

function toBody(value: unknown, signal: AbortState | undefined): Body | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return textBody(StringPrototypeToWellFormed(value), signal);
  const bytes = bytesOf(value);
  // Made for this answer by the clone: nobody else has them.
  if (bytes !== undefined) return bytesBody(sequenceOf(alone(bytes)), signal);
  throw new NativeTypeError("The body of the host's answer to fetch is neither text nor bytes nor a Response's.");
}

/**
 * https://fetch.spec.whatwg.org/#http-fetch, by the host. The body of the request has to be usable.
 *
 * @throws what keeps it from being asked
 */
export function fetchByHost(
  request: RequestState,
  signal: AbortState | undefined,
  finished: (response: ResponseState) => void,
  failed: (reason: unknown) => void,
): void {
  const answered = (answer: unknown): void => {
    let response: ResponseState;
    try {
      response = toResponse(answer, request, signal);
    } catch (error) {
      return failed(error);
    }
    finished(response);
  };
  sendRequest("__fetch", toMessage(request), signal, answered, (error) => failed(toFetchError(error)));
}
