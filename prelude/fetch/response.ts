/**
 * Fetch: Response. https://fetch.spec.whatwg.org/#response-class
 */
import { parseApiUrl } from "../url/base-url.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import {
  JSONStringify,
  NativeRangeError,
  NativeTypeError,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeToWellFormed,
  isObject,
} from "../core/primordials.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDictionary,
  toUSVString,
  toUnsignedShort,
} from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type Body, extractBody, textBody } from "./body.ts";
import { type BodyHolder, type BodyMixin, includeBody } from "./consume.ts";
import { HeaderList } from "./header-list.ts";
import { type Headers, fillHeaders, newHeaders, toByteString } from "./headers.ts";

/** Unlike `instanceof` it calls no trap of a proxy's. */
let isResponseState: (value: unknown) => value is ResponseState;

/** https://fetch.spec.whatwg.org/#concept-response */
export class ResponseState implements BodyHolder {
  static {
    isResponseState = (value): value is ResponseState => isObject(value) && #brand in value;
  }

  readonly #brand = true;
  type: "basic" | "default" | "error" | "opaqueredirect" = "default";
  url = "";
  redirected = false;
  status = 200;
  statusText = "";
  immutable = false;
  body: Body | null = null;
  /** The host's headers, a line for each name and each value, until somebody looks at them. */
  headerLines = "";
  #headers: HeaderList | undefined = undefined;

  get headers(): HeaderList {
    if (this.#headers === undefined) {
      this.#headers = toHeaderList(this.headerLines);
      this.headerLines = "";
    }
    return this.#headers;
  }

  set headers(list: HeaderList) {
    this.#headers = list;
  }
}

function toHeaderList(lines: string): HeaderList {
  const list = new HeaderList();
  let start = 0;
  while (start < lines.length) {
    const name = lineFrom(lines, start);
    const value = lineFrom(lines, start + name.length + 1);
    list.append(name, value);
    start += name.length + value.length + 2;
  }
  return list;
}

function lineFrom(text: string, start: number): string {
  const end = StringPrototypeIndexOf(text, "\n", start);
  return StringPrototypeSlice(text, start, end < 0 ? text.length : end);
}

/** https://fetch.spec.whatwg.org/#null-body-status */
export function isNullBodyStatus(status: number): boolean {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

/** https://www.rfc-editor.org/rfc/rfc9112#name-status-line: reason-phrase. */
function isReasonPhrase(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    if ((unit < 0x20 && unit !== 9) || unit === 0x7f) return false;
  }
  return true;
}

/** https://fetch.spec.whatwg.org/#initialize-a-response */
function initialize(
  state: ResponseState,
  init: unknown,
  extracted: { body: Body; type: string | null } | null,
  context: string,
): void {
  const dictionary = toDictionary(init, context);
  const headers = dictionary?.headers;
  const list = new HeaderList();
  if (headers !== undefined) fillHeaders(list, headers, "none", context);
  const statusMember = dictionary?.status;
  const status = statusMember === undefined ? 200 : toUnsignedShort(statusMember);
  const textMember = dictionary?.statusText;
  const statusText = textMember === undefined ? "" : toByteString(textMember, context);
  if (status < 200 || status > 599) {
    throw new NativeRangeError(`${context}: The status provided (${status}) is outside the range [200, 599].`);
  }
  if (!isReasonPhrase(statusText)) throw new NativeTypeError(`${context}: Invalid statusText.`);
  state.status = status;
  state.statusText = statusText;
  state.headers = list;
  if (extracted === null) return;
  if (isNullBodyStatus(status)) throw new NativeTypeError(`${context}: A response of status ${status} has no body.`);
  state.body = extracted.body;
  if (extracted.type !== null && list.get("content-type") === null) list.append("content-type", extracted.type);
}

/** The state behind a Response, undefined for everything else. */
export let responseStateOf: (value: unknown) => ResponseState | undefined;

/** https://fetch.spec.whatwg.org/#response */
export class Response {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: ResponseState;
  #headers: Headers | undefined;

  static {
    responseStateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
  }

  /** The prelude passes a ResponseState. */
  constructor(body: unknown = null, init: unknown = undefined) {
    if (isResponseState(body)) {
      this.#state = body;
      return;
    }
    const context = constructing("Response");
    const state = new ResponseState();
    const extracted = body === null || body === undefined ? null : extractBody(body, context);
    initialize(state, init, extracted, context);
    this.#state = state;
  }

  static error(): Response {
    const state = new ResponseState();
    state.type = "error";
    state.status = 0;
    state.immutable = true;
    return new Response(state);
  }

  static redirect(url: unknown, status: unknown = 302): Response {
    const context = executing("redirect", "Response");
    requireArguments(arguments.length, 1, context);
    const record = parseApiUrl(toUSVString(url));
    const code = toUnsignedShort(status);
    if (record === undefined) throw new NativeTypeError(`${context}: The URL is invalid.`);
    if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308) {
      throw new NativeRangeError(`${context}: Invalid status code ${code}.`);
    }
    const state = new ResponseState();
    state.status = code;
    state.immutable = true;
    state.headers.append("location", record[0]);
    return new Response(state);
  }

  static json(data: unknown, init: unknown = undefined): Response {
    const context = executing("json", "Response");
    requireArguments(arguments.length, 1, context);
    const text = JSONStringify(data);
    if (text === undefined) throw new NativeTypeError(`${context}: The data is not JSON serializable.`);
    const state = new ResponseState();
    initialize(state, init, { body: textBody(StringPrototypeToWellFormed(text)), type: "application/json" }, context);
    return new Response(state);
  }

  get type(): string {
    return this.#state.type;
  }

  get url(): string {
    return this.#state.url;
  }

  get redirected(): boolean {
    return this.#state.redirected;
  }

  get status(): number {
    return this.#state.status;
  }

  get ok(): boolean {
    return this.#state.status >= 200 && this.#state.status <= 299;
  }

  get statusText(): string {
    return this.#state.statusText;
  }

  get headers(): Headers {
    const state = this.#state;
    this.#headers ??= newHeaders(state.headers, state.immutable ? "immutable" : "none");
    return this.#headers;
  }

  clone(): Response {
    const state = this.#state;
    if (state.body !== null && state.body.unusable) {
      throw new NativeTypeError(`${executing("clone", "Response")}: The body is used already.`);
    }
    const copy = new ResponseState();
    copy.type = state.type;
    copy.url = state.url;
    copy.redirected = state.redirected;
    copy.status = state.status;
    copy.statusText = state.statusText;
    copy.headers = state.headers.copy();
    copy.immutable = state.immutable;
    copy.body = state.body === null ? null : state.body.clone();
    return new Response(copy);
  }
}

// The mixin's members, which includeBody adds.
export interface Response extends BodyMixin {}

includeBody(Response, (value) => {
  const state = responseStateOf(value);
  if (state === undefined) throw new NativeTypeError("Illegal invocation");
  return state;
});
publishInterface(Response, "Response");
