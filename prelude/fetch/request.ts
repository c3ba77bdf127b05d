/**
 * Fetch: Request. https://fetch.spec.whatwg.org/#request-class
 */
import { type AbortSignal, createSignal, signalAbort } from "../abort.ts";
import { abortStateOf } from "../abort-state.ts";
import { Op } from "../engine.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../platform-objects.ts";
import { NativeTypeError, StringPrototypeToUpperCase, isObject } from "../primordials.ts";
import type { ReadableStream } from "../streams/readable-stream.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDOMString,
  toDictionary,
  toUSVString,
} from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type Body, type Kind, consumeBody, extractBody } from "./body.ts";
import { HeaderList, Headers, fillHeaders, newHeaders, toByteString } from "./headers.ts";
import { isToken } from "./tokens.ts";

/** https://fetch.spec.whatwg.org/#concept-request, as far as the host is told of it or a guest reads it. */
export class RequestState {
  url = "";
  method = "GET";
  headers = new HeaderList();
  body: Body | null = null;
  redirect = "follow";
  mode = "cors";
  credentials = "same-origin";
  cache = "default";
  referrer = "about:client";
  referrerPolicy = "";
  integrity = "";
  keepalive = false;
}

/** The first that applies: of these, or a TypeError. */
function toEnum(value: unknown, member: string, values: readonly string[], context: string): string {
  const text = toDOMString(value);
  for (let index = 0; index < values.length; index++) if (values[index] === text) return text;
  throw new NativeTypeError(`${context}: The value '${text}' of member ${member} is not valid.`);
}

const redirects = ["follow", "error", "manual"];
const modes = ["same-origin", "no-cors", "cors"];
const credentialModes = ["omit", "same-origin", "include"];
const caches = ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
const policies = [
  ...["", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin"],
  ...["origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"],
];

/** https://fetch.spec.whatwg.org/#concept-method-normalize */
function toMethod(value: unknown, context: string): string {
  const method = toByteString(value, context);
  const upper = StringPrototypeToUpperCase(method);
  if (!isToken(method) || upper === "CONNECT" || upper === "TRACE" || upper === "TRACK") {
    throw new NativeTypeError(`${context}: '${method}' is not a method that can be used.`);
  }
  switch (upper) {
    case "DELETE":
    case "GET":
    case "HEAD":
    case "OPTIONS":
    case "POST":
    case "PUT":
      return upper;
    default:
      return method;
  }
}

/** There is no base URL here. */
function toRequestUrl(value: unknown, context: string): string {
  const text = toUSVString(value);
  const record = op(Op.UrlParse, text, undefined);
  if (record === undefined) throw new NativeTypeError(`${context}: Failed to parse URL from ${text}`);
  // Behind the user name there is an "@", or there is neither name nor password.
  if (record[2] !== record[3] || record[2] > record[1] + 2) {
    throw new NativeTypeError(`${context}: The URL holds credentials: ${text}`);
  }
  return record[0];
}

function follow(signal: AbortSignal, source: unknown): void {
  const state = abortStateOf(source)!;
  if (state.aborted) signalAbort(signal, state.reason);
  else state.add(() => signalAbort(signal, state.reason));
}

/** The state behind a Request, undefined for everything else. */
export let requestStateOf: (value: unknown) => RequestState | undefined;
let signalOf: (request: Request) => AbortSignal;

const context = constructing("Request");

/** https://fetch.spec.whatwg.org/#request */
export class Request {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state = new RequestState();
  readonly #signal = createSignal();
  #headers: Headers | undefined;

  static {
    requestStateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
    signalOf = (request) => request.#signal;
  }

  constructor(input: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, context);
    const state = this.#state;
    const from = requestStateOf(input);
    if (from === undefined) state.url = toRequestUrl(input, context);
    else {
      state.url = from.url;
      state.method = from.method;
      state.headers = from.headers.copy();
      state.redirect = from.redirect;
      state.mode = from.mode;
      state.credentials = from.credentials;
      state.cache = from.cache;
      state.referrer = from.referrer;
      state.referrerPolicy = from.referrerPolicy;
      state.integrity = from.integrity;
      state.keepalive = from.keepalive;
    }
    const dictionary = toDictionary(init, context);
    const body = dictionary === undefined ? undefined : this.#initialize(dictionary);
    const inherited = from?.body ?? null;
    if ((body !== undefined && body !== null) || inherited !== null) {
      if (state.method === "GET" || state.method === "HEAD") {
        throw new NativeTypeError(`${context}: A request with method GET or HEAD cannot have a body.`);
      }
    }
    if (body !== undefined && body !== null) {
      const extracted = extractBody(body, context);
      if (extracted.body.source === undefined && toDuplex(dictionary!.duplex) === undefined) {
        throw new NativeTypeError(
          `${context}: The 'duplex' member must be specified for a request with a streaming body.`,
        );
      }
      state.body = extracted.body;
      if (extracted.type !== null && state.headers.get("content-type") === null) {
        state.headers.append("content-type", extracted.type);
      }
    } else if (inherited !== null && body === undefined) {
      if (inherited.unusable) throw new NativeTypeError(`${context}: The body of the request is used already.`);
      state.body = inherited.clone();
      // The input's body is used from now on.
      if (inherited.takeSource() === undefined) void consumeBody(inherited, null, "bytes").catch(() => undefined);
    }
    const signal = dictionary?.signal;
    if (signal !== undefined && signal !== null) {
      if (abortStateOf(signal) === undefined)
        throw new NativeTypeError(`${context}: member signal is not of type 'AbortSignal'.`);
      follow(this.#signal, signal);
    } else if (from !== undefined && signal === undefined) {
      follow(this.#signal, signalOf(input as Request));
    }
  }

  /** The members but body and signal. @returns the body */
  #initialize(dictionary: Record<string, unknown>): unknown {
    const state = this.#state;
    const { body, cache, credentials, headers, integrity, keepalive, method, mode, redirect, referrer } = dictionary;
    const { referrerPolicy, window } = dictionary;
    if (window !== undefined && window !== null) throw new NativeTypeError(`${context}: member window must be null.`);
    if (cache !== undefined) state.cache = toEnum(cache, "cache", caches, context);
    if (credentials !== undefined) state.credentials = toEnum(credentials, "credentials", credentialModes, context);
    if (integrity !== undefined) state.integrity = toDOMString(integrity);
    if (keepalive !== undefined) state.keepalive = !!keepalive;
    if (method !== undefined) state.method = toMethod(method, context);
    if (mode !== undefined) state.mode = toEnum(mode, "mode", modes, context);
    if (redirect !== undefined) state.redirect = toEnum(redirect, "redirect", redirects, context);
    if (referrer !== undefined) state.referrer = toUSVString(referrer);
    if (referrerPolicy !== undefined)
      state.referrerPolicy = toEnum(referrerPolicy, "referrerPolicy", policies, context);
    if (state.cache === "only-if-cached" && state.mode !== "same-origin") {
      throw new NativeTypeError(`${context}: 'only-if-cached' can be set only with 'same-origin' mode.`);
    }
    if (headers !== undefined) {
      state.headers = new HeaderList();
      fillHeaders(state.headers, headers, context);
    }
    return body;
  }

  get method(): string {
    return this.#state.method;
  }

  get url(): string {
    return this.#state.url;
  }

  get headers(): Headers {
    const { headers } = this.#state;
    this.#headers ??= newHeaders(headers, false);
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
    return this.#signal;
  }

  get duplex(): string {
    void this.#state;
    return "half";
  }

  get body(): ReadableStream | null {
    return this.#state.body?.stream ?? null;
  }

  get bodyUsed(): boolean {
    return this.#state.body?.used ?? false;
  }

  clone(): Request {
    const { body } = this.#state;
    if (body !== null && body.unusable) {
      throw new NativeTypeError(`${executing("clone", "Request")}: The body is used already.`);
    }
    const state = this.#state;
    const copy = body === null ? null : body.clone();
    state.body = null;
    const request = new Request(this);
    state.body = body;
    request.#state.body = copy;
    return request;
  }

  async arrayBuffer(): Promise<unknown> {
    return this.#consume("arrayBuffer");
  }

  async blob(): Promise<unknown> {
    return this.#consume("blob");
  }

  async bytes(): Promise<unknown> {
    return this.#consume("bytes");
  }

  async formData(): Promise<unknown> {
    return this.#consume("formData");
  }

  async json(): Promise<unknown> {
    return this.#consume("json");
  }

  async text(): Promise<unknown> {
    return this.#consume("text");
  }

  #consume(kind: Kind): Promise<unknown> {
    return consumeBody(this.#state.body, this.#state.headers.get("content-type"), kind);
  }
}

function toDuplex(value: unknown): string | undefined {
  return value === undefined ? undefined : toEnum(value, "duplex", ["half"], context);
}

export { signalOf };

publishInterface(Request, "Request");
