/**
 * Fetch: Request. https://fetch.spec.whatwg.org/#request-class
 */
import { type AbortSignal, createDependentSignal, createSignal } from "../events/abort.ts";
import { apiOrigin, parseApiUrl } from "../url/base-url.ts";
import type { UrlRecord } from "../core/engine.ts";
import type { BlobData } from "../file-api/blob.ts";
import { resolveBlobUrl } from "../file-api/blob-url.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, StringPrototypeSlice, isObject } from "../core/primordials.ts";
import { originOf, protocolOf } from "../url/url.ts";
import { constructing, executing, requireArguments, toUSVString } from "../webidl/converters.ts";
import { internalConstruction, publishInterface } from "../webidl/interfaces.ts";
import { type Body, extractBody } from "./body.ts";
import { type BodyHolder, type BodyMixin, includeBody } from "./consume.ts";
import { HeaderList } from "./header-list.ts";
import { type Guard, type Headers, appendHeader, fillHeaders, newHeaders } from "./headers.ts";
import { type RequestInit, toMethod, toRequestInit } from "./request-init.ts";

/** https://fetch.spec.whatwg.org/#concept-request, as far as the host is told of it or a guest reads it. */
export class RequestState implements BodyHolder {
  /** Serialized, with its fragment. */
  url = "";
  /** https://url.spec.whatwg.org/#concept-url-blob-entry: kept, whatever becomes of the URL. */
  blob: BlobData | undefined;
  method = "GET";
  headers = new HeaderList();
  body: Body | null = null;
  redirect = "follow";
  mode = "cors";
  credentials = "same-origin";
  cache = "default";
  /** As the attribute has it. */
  referrer = "about:client";
  referrerPolicy = "";
  integrity = "";
  keepalive = false;

  setUrl(record: UrlRecord): void {
    this.url = record[0];
    if (protocolOf(record) === "blob:") this.blob = resolveBlobUrl(this.url);
  }

  /** All but the body. */
  copy(): RequestState {
    const copy = new RequestState();
    copy.url = this.url;
    copy.blob = this.blob;
    copy.method = this.method;
    copy.headers = this.headers.copy();
    copy.redirect = this.redirect;
    copy.mode = this.mode;
    copy.credentials = this.credentials;
    copy.cache = this.cache;
    copy.referrer = this.referrer;
    copy.referrerPolicy = this.referrerPolicy;
    copy.integrity = this.integrity;
    copy.keepalive = this.keepalive;
    return copy;
  }
}

const context = constructing("Request");

function toRequestUrl(value: unknown): UrlRecord {
  const text = toUSVString(value);
  const record = parseApiUrl(text);
  if (record === undefined) throw new NativeTypeError(`${context}: Failed to parse URL from ${text}`);
  // Behind the user name there is an "@", or there is neither name nor password.
  if (record[2] !== record[3] || record[2] > record[1] + 2) {
    throw new NativeTypeError(`${context}: The URL holds credentials: ${text}`);
  }
  return record;
}

/** What of `init.referrer` the attribute shows. */
function toReferrer(text: string): string {
  if (text === "") return "";
  const record = parseApiUrl(text);
  if (record === undefined) throw new NativeTypeError(`${context}: Failed to parse the referrer from ${text}`);
  const isClient = protocolOf(record) === "about:" && StringPrototypeSlice(record[0], record[6]) === "client";
  return isClient || originOf(record) !== apiOrigin() ? "about:client" : record[0];
}

function isSafelistedMethod(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "POST";
}

/** The members that set up the request, but for its headers, body and signal. */
function initialize(state: RequestState, init: RequestInit): void {
  if (init.window !== undefined && init.window !== null) {
    throw new NativeTypeError(`${context}: member window must be null.`);
  }
  state.referrer = init.referrer === undefined ? "about:client" : toReferrer(init.referrer);
  state.referrerPolicy = init.referrerPolicy ?? "";
  if (init.mode === "navigate") throw new NativeTypeError(`${context}: The mode must not be 'navigate'.`);
  state.mode = init.mode ?? state.mode;
  state.credentials = init.credentials ?? state.credentials;
  state.cache = init.cache ?? state.cache;
  if (state.cache === "only-if-cached" && state.mode !== "same-origin") {
    throw new NativeTypeError(`${context}: 'only-if-cached' can be set only with 'same-origin' mode.`);
  }
  state.redirect = init.redirect ?? state.redirect;
  state.integrity = init.integrity ?? state.integrity;
  state.keepalive = init.keepalive ?? state.keepalive;
  if (init.method !== undefined) state.method = toMethod(init.method, context);
}

/** Of `init.headers`, or of the headers that the request has already: a mode may forbid some of those. */
function initializeHeaders(state: RequestState, init: RequestInit): void {
  const guard = guardOf(state);
  if (init.headers === undefined && guard === "request") return;
  const before = state.headers;
  state.headers = new HeaderList();
  if (init.headers !== undefined) return fillHeaders(state.headers, init.headers, guard, context);
  const { names, values } = before;
  for (let index = 0; index < names.length; index++) {
    appendHeader(state.headers, names[index]!, values[index]!, guard, context);
  }
}

function guardOf(state: RequestState): Guard {
  return state.mode === "no-cors" ? "request-no-cors" : "request";
}

/** `init.body`, if there is one. */
function initializeBody(state: RequestState, init: RequestInit): void {
  const extracted = extractBody(init.body, context);
  if (extracted.body.isStream) {
    if (init.duplex === undefined) {
      throw new NativeTypeError(
        `${context}: The 'duplex' member must be specified for a request with a streaming body.`,
      );
    }
    if (state.keepalive)
      throw new NativeTypeError(`${context}: A request with keepalive cannot have a streaming body.`);
    if (state.mode === "no-cors") {
      throw new NativeTypeError(`${context}: A request in mode 'no-cors' cannot have a streaming body.`);
    }
  }
  state.body = extracted.body;
  if (extracted.type === null || state.headers.get("content-type") !== null) return;
  appendHeader(state.headers, "content-type", extracted.type, guardOf(state), context);
}

/** The state behind a Request, undefined for everything else. */
export let requestStateOf: (value: unknown) => RequestState | undefined;
/** The signal that a Request follows, undefined if there is none: its own is made when somebody asks for it. */
export let sourceSignalOf: (request: Request) => AbortSignal | undefined;
let createRequest: (state: RequestState, source: AbortSignal | undefined) => Request;

/** https://fetch.spec.whatwg.org/#request */
export class Request {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: RequestState;
  readonly #source: AbortSignal | undefined;
  #signal: AbortSignal | undefined;
  #headers: Headers | undefined;

  static {
    requestStateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
    sourceSignalOf = (request) => request.#source;
    type Internal = new (token: symbol, state: RequestState, source: AbortSignal | undefined) => Request;
    createRequest = (state, source) => new (Request as unknown as Internal)(internalConstruction, state, source);
  }

  /** The prelude passes a state and a signal. */
  constructor(input: unknown, init: unknown = undefined) {
    if (input === internalConstruction) {
      this.#state = init as RequestState;
      this.#source = arguments[2] as AbortSignal | undefined;
      return;
    }
    requireArguments(arguments.length, 1, context);
    const from = requestStateOf(input);
    const url = from === undefined ? toUSVString(input) : undefined;
    const members = toRequestInit(init, context);
    const state = from?.copy() ?? new RequestState();
    if (url !== undefined) state.setUrl(toRequestUrl(url));
    if (members !== undefined) initialize(state, members);
    if (state.mode === "no-cors" && !isSafelistedMethod(state.method)) {
      throw new NativeTypeError(`${context}: '${state.method}' is not allowed in mode 'no-cors'.`);
    }
    if (members !== undefined) initializeHeaders(state, members);
    const inherited = from?.body ?? null;
    const hasBody = members !== undefined && members.body !== undefined && members.body !== null;
    if ((hasBody || inherited !== null) && (state.method === "GET" || state.method === "HEAD")) {
      throw new NativeTypeError(`${context}: A request with method GET or HEAD cannot have a body.`);
    }
    if (hasBody) initializeBody(state, members);
    else if (inherited !== null) {
      if (inherited.unusable) throw new NativeTypeError(`${context}: The body of the request is used already.`);
      state.body = inherited.proxy();
    }
    const signal = members?.signal;
    this.#state = state;
    if (signal !== undefined) this.#source = signal ?? undefined;
    else this.#source = from === undefined ? undefined : (input as Request).#source;
  }

  get method(): string {
    return this.#state.method;
  }

  get url(): string {
    return this.#state.url;
  }

  get headers(): Headers {
    const state = this.#state;
    this.#headers ??= newHeaders(state.headers, guardOf(state));
    return this.#headers;
  }

  get destination(): string {
    void this.#state;
    return "";
  }

  get referrer(): string {
    return this.#state.referrer;
  }

  get referrerPolicy(): string {
    return this.#state.referrerPolicy;
  }

  get mode(): string {
    return this.#state.mode;
  }

  get credentials(): string {
    return this.#state.credentials;
  }

  get cache(): string {
    return this.#state.cache;
  }

  get redirect(): string {
    return this.#state.redirect;
  }

  get integrity(): string {
    return this.#state.integrity;
  }

  get keepalive(): boolean {
    return this.#state.keepalive;
  }

  get isReloadNavigation(): boolean {
    void this.#state;
    return false;
  }

  get isHistoryNavigation(): boolean {
    void this.#state;
    return false;
  }

  get signal(): AbortSignal {
    const source = this.#source;
    this.#signal ??= source === undefined ? createSignal() : createDependentSignal(source);
    return this.#signal;
  }

  get duplex(): string {
    void this.#state;
    return "half";
  }

  /** https://fetch.spec.whatwg.org/#dom-request-clone */
  clone(): Request {
    const state = this.#state;
    const { body } = state;
    if (body !== null && body.unusable) {
      throw new NativeTypeError(`${executing("clone", "Request")}: The body is used already.`);
    }
    const copy = state.copy();
    if (body !== null) copy.body = body.clone();
    return createRequest(copy, this.#source);
  }
}

// The mixin's members, which includeBody adds.
export interface Request extends BodyMixin {}

includeBody(Request, (value) => {
  const state = requestStateOf(value);
  if (state === undefined) throw new NativeTypeError("Illegal invocation");
  return state;
});
publishInterface(Request, "Request");
