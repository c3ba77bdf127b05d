/**
 * HTML: EventSource. https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
 */
import { AbortState } from "../events/abort-state.ts";
import { parseApiUrl } from "../url/base-url.ts";
import { DOMException } from "../errors/dom-exception.ts";
import { type UrlRecord, Op } from "../core/engine.ts";
import { defineEventHandlers } from "../events/event-handlers.ts";
import { EventTarget, dispatchInTask } from "../events/event-target.ts";
import { Event } from "../events/events.ts";
import { typeOf } from "../fetch/consume.ts";
import { startFetch } from "../fetch/fetch.ts";
import { RequestState } from "../fetch/request.ts";
import type { ResponseState } from "../fetch/response.ts";
import { MessageEvent } from "../messaging/message-event.ts";
import { ObjectHasOwn, TypedArrayBrand, isObject } from "../core/primordials.ts";
import { type ReadRequest, acquireDefaultReader, readDefault } from "../streams/readable-state.ts";
import { readableStateOf } from "../streams/readable-stream.ts";
import { queueTask, startInternalTimer } from "../timing/timers.ts";
import { originOf } from "../url/url.ts";
import { constructing, requireArguments, toDictionary, toUSVString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { EventStream } from "./event-stream.ts";

const enum State {
  Connecting = 0,
  Open = 1,
  Closed = 2,
}

const states = { CONNECTING: 0, OPEN: 1, CLOSED: 2 };

/** The wait before a connection is made again, in milliseconds, until the server says another. */
const defaultReconnectionTime = 3_000;
/** What the server may say, and what the wait grows to while no connection comes about: a day, and a minute. */
const reconnectionTimeMax = 86_400_000;
const backOffTimeMax = 60_000;

const context = constructing("EventSource");

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#eventsource */
export class EventSource extends EventTarget {
  readonly #url: UrlRecord;
  readonly #withCredentials: boolean;
  #state: State = State.Connecting;
  #reconnectionTime = defaultReconnectionTime;
  /** Connections in a row that did not come about. */
  #failures = 0;
  #lastEventId = "";
  /** Of the connection that there is, or that is being made. */
  #signal = new AbortState();

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource */
  constructor(url: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, context);
    const text = toUSVString(url);
    const withCredentials = !!toDictionary(init, context)?.withCredentials;
    const record = parseApiUrl(text);
    if (record === undefined) throw new DOMException(`${context}: The URL '${text}' is invalid.`, "SyntaxError");
    super();
    this.#url = record;
    this.#withCredentials = withCredentials;
    this.#connect();
  }

  get url(): string {
    return this.#url[0];
  }

  get withCredentials(): boolean {
    return this.#withCredentials;
  }

  get readyState(): number {
    return this.#state;
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-close */
  close(): void {
    this.#state = State.Closed;
    const signal = this.#signal;
    signal.mark(undefined);
    signal.runAlgorithms();
  }

  #connect(): void {
    const request = new RequestState();
    request.setUrl(this.#url);
    request.credentials = this.#withCredentials ? "include" : "same-origin";
    request.cache = "no-store";
    request.headers.append("accept", "text/event-stream");
    if (this.#lastEventId !== "") {
      request.headers.append("last-event-id", op(Op.BytesToString, op(Op.Utf8Encode, this.#lastEventId)));
    }
    const signal = new AbortState();
    this.#signal = signal;
    const failed = (error: unknown): void => {
      this.#failures++;
      queueTask(() => (isFinal(error) ? this.#fail() : this.#reconnect(signal)));
    };
    try {
      startFetch(request, signal, (response) => queueTask(() => this.#announce(response, signal)), failed);
    } catch (error) {
      failed(error);
    }
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#announce-the-connection, if it is one. */
  #announce(response: ResponseState, signal: AbortState): void {
    if (signal.aborted) return;
    const type = typeOf(response.headers);
    if (response.status !== 200 || type?.type !== "text" || type.subtype !== "event-stream") {
      response.body?.cancel(undefined);
      return this.#fail();
    }
    this.#state = State.Open;
    this.#failures = 0;
    dispatchInTask(new Event("open"), this);
    if (response.body === null) return this.#reconnect(signal);
    this.#read(response, signal);
  }

  /** A chunk in a task, the next one after its events: a guest that does not keep up holds the server back. */
  #read(response: ResponseState, signal: AbortState): void {
    const reader = acquireDefaultReader(readableStateOf(response.body!.stream)!);
    const origin = originOf(op(Op.UrlParse, response.url, undefined) ?? this.#url);
    const stream: EventStream = new EventStream(
      {
        event: (type, data) => {
          const init = { __proto__: null, data, origin, lastEventId: stream.lastEventId };
          queueTask(() => {
            if (!signal.aborted) dispatchInTask(new MessageEvent(type, init), this);
          });
        },
        retry: (milliseconds) => {
          this.#reconnectionTime = milliseconds < reconnectionTimeMax ? milliseconds : reconnectionTimeMax;
        },
      },
      this.#lastEventId,
    );
    const end = (): void => {
      this.#lastEventId = stream.lastEventId;
      queueTask(() => this.#reconnect(signal));
    };
    const read = (): void => {
      if (!signal.aborted) readDefault(reader, request);
    };
    const request: ReadRequest = {
      chunk: (value) => {
        if (TypedArrayBrand(value) === "Uint8Array") stream.feed(value as Uint8Array);
        queueTask(read);
      },
      close: end,
      error: end,
    };
    read();
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection, in a task. */
  #reconnect(signal: AbortState): void {
    if (signal.aborted) return;
    this.#state = State.Connecting;
    dispatchInTask(new Event("error"), this);
    if (signal.aborted) return;
    const limit = this.#reconnectionTime > backOffTimeMax ? this.#reconnectionTime : backOffTimeMax;
    let wait = this.#reconnectionTime;
    // The first failure waits as long as the end of a connection does.
    for (let failure = 1; failure < this.#failures && wait < limit; failure++) wait *= 2;
    try {
      startInternalTimer(context, wait < limit ? wait : limit, () => {
        if (!signal.aborted) this.#connect();
      });
    } catch {
      // No more timers are allowed: there will be no other connection.
      this.#fail();
    }
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection, in a task. */
  #fail(): void {
    if (this.#state === State.Closed) return;
    this.#state = State.Closed;
    dispatchInTask(new Event("error"), this);
  }
}

/** Whether another attempt would come to the same: nobody answers, or the host's rules refuse. */
function isFinal(error: unknown): boolean {
  if (!isObject(error) || !ObjectHasOwn(error, "code")) return false;
  switch ((error as { code: unknown }).code) {
    case "ERR_NO_HANDLER":
    case "ERR_NET_URL":
    case "ERR_NET_NOT_ALLOWED":
    case "ERR_NET_ADDRESS":
    case "ERR_NET_METHOD":
    case "ERR_NET_HEADER":
    case "ERR_NET_ARGUMENT":
      return true;
    default:
      return false;
  }
}

publishInterface(EventSource, "EventSource", states);
defineEventHandlers(EventSource.prototype, ["open", "message", "error"]);
