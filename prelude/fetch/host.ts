/**
 * The host's side of fetch: request "fetch" of { url, method, headers, body } goes to its handler. No web specification.
 *
 * A body that is a stream stays where it is and is asked for piece by piece: "__body.read" answers bytes, or null at the
 * end, "__body.cancel" gives it up.
 */
import type { AbortState } from "../abort-state.ts";
import { withoutFragment } from "../file-api/blob-url.ts";
import { copyBytes } from "../file-api/bytes.ts";
import { answerInternally, sendRequest } from "../network.ts";
import {
  NativeTypeError,
  ObjectDefineProperty,
  ObjectHasOwn,
  ReflectOwnKeys,
  SafeMap,
  StringPrototypeToLowerCase,
  isObject,
} from "../primordials.ts";
import { createByteStream } from "../streams/byte-tee.ts";
import { Deferred, markHandled } from "../streams/promises.ts";
import type { ByteController } from "../streams/readable-byte-controller.ts";
import { type ReaderState, acquireDefaultReader, cancelStream } from "../streams/readable-state.ts";
import { newReadableStream, readableStateOf } from "../streams/readable-stream.ts";
import { toView } from "../streams/views.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { Body, bytesBody, endStream, sequenceOf, textBody } from "./body.ts";
import { readChunk } from "./consume.ts";
import type { RequestState } from "./request.ts";
import { ResponseState } from "./response.ts";
import { sentHeaders } from "./sent-headers.ts";
import { isToken } from "./tokens.ts";

/** What is read of a response's body before the guest asks: small ones hold nothing up when the guest never does. */
const readAheadBytes = 16 * 1024;

/** Streams of request bodies the host has not read to their end, by number. */
let uploads: SafeMap<unknown, ReaderState> | undefined;
let lastUpload = 0;

function member(value: object, key: string): unknown {
  return ObjectHasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

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

/** Asks the host; nobody waits for the answer. */
function tellHost(method: string, id: unknown): void {
  try {
    sendRequest(method, id, undefined, nothing, nothing);
  } catch {
    // Too many requests are pending: the host has the body until the isolate ends.
  }
}

function nothing(): void {}

/** A body of the host's, read as the guest reads. */
function download(id: unknown, signal: AbortState | undefined): Body {
  const algorithm = signal?.add(() => {
    controller.error(signal.reason);
    tellHost("__body.cancel", id);
  });
  const source = {
    pull: () => {
      const pulled = new Deferred();
      const take = (chunk: unknown): void => {
        pulled.resolve(undefined);
        if (controller.stream.state !== "readable") return;
        const bytes = bytesOf(chunk);
        if (bytes !== undefined) return controller.enqueue(toView(bytes, ""));
        signal?.remove(algorithm);
        endStream(controller);
      };
      const fail = (error: unknown): void => {
        pulled.resolve(undefined);
        signal?.remove(algorithm);
        controller.error(toFetchError(error));
      };
      try {
        sendRequest("__body.read", id, undefined, take, fail);
      } catch (error) {
        fail(error);
      }
      return pulled.promise;
    },
    cancel: () => {
      signal?.remove(algorithm);
      tellHost("__body.cancel", id);
    },
  };
  const controller: ByteController = createByteStream(source, readAheadBytes);
  return new Body(undefined, newReadableStream(controller.stream), undefined, signal);
}

/** Browsers have a TypeError for everything; the host's message and code say what it was. */
function toFetchError(error: unknown): unknown {
  if (!isObject(error)) return new NativeTypeError("The host's fetch failed.");
  const message = member(error, "message");
  const result = new NativeTypeError(typeof message === "string" ? message : "The host's fetch failed.");
  const code = member(error, "code");
  if (code !== undefined) define(result, "code", code);
  return result;
}

function define(target: object, key: string, value: unknown): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/** What the host's handler gets. */
function toMessage(state: RequestState): object {
  const headers = {};
  const pairs = sentHeaders(state).sortAndCombine();
  for (let index = 0; index < pairs.names.length; index++) define(headers, pairs.names[index]!, pairs.values[index]);
  const message = { __proto__: null, url: state.url, method: state.method, headers };
  if (state.redirect !== "follow") define(message, "redirect", state.redirect);
  const { body } = state;
  if (body === null) return message;
  const source = body.takeSource();
  if (source === undefined) define(message, "body", { __proto__: null, stream: offerUpload(body) });
  else define(message, "body", body.text ?? source.toBytes());
  return message;
}

/** Of the host's answer: a plain object with what the handler chose to say, or what the library makes of a Response. */
function toResponse(answer: unknown, request: RequestState, signal: AbortState | undefined): ResponseState {
  if (!isObject(answer)) throw new NativeTypeError("The host's answer to fetch is not an object.");
  const state = new ResponseState();
  state.type = "basic";
  state.immutable = true;
  const status = member(answer, "status");
  if (typeof status === "number" && status >= 100 && status <= 999) state.status = status | 0;
  const statusText = member(answer, "statusText");
  if (typeof statusText === "string") state.statusText = statusText;
  const url = member(answer, "url");
  state.url = withoutFragment(typeof url === "string" && url !== "" ? url : request.url);
  state.redirected = member(answer, "redirected") === true;
  const headers = member(answer, "headers");
  if (isObject(headers)) takeHeaders(state, headers);
  if (request.method !== "HEAD" && status !== 204 && status !== 205 && status !== 304) {
    state.body = toBody(member(answer, "body"), signal);
  }
  return state;
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
  if (typeof value === "string") return textBody(value, signal);
  const bytes = bytesOf(value);
  if (bytes !== undefined) return bytesBody(sequenceOf(copyBytes(bytes)), signal);
  const stream = isObject(value) ? member(value, "stream") : undefined;
  if (typeof stream === "number") return download(stream, signal);
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
  sendRequest("fetch", toMessage(request), signal, answered, (error) => failed(toFetchError(error)));
}
