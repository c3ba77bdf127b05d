/**
 * WebSockets: the WebSocket interface. https://websockets.spec.whatwg.org/#the-websocket-interface
 *
 * The connection is the host's: "ws.open", "ws.send" and "ws.close" go to it, "__ws_event" comes from it.
 */
import { apiOrigin, parseApiUrl } from "../url/base-url.ts";
import { CloseEvent } from "./close-event.ts";
import { DOMException } from "../errors/dom-exception.ts";
import { Op } from "../core/engine.ts";
import { ErrorEvent } from "../scope/error-reporting.ts";
import { defineEventHandlers } from "../events/event-handlers.ts";
import { EventTarget, dispatchTrusted } from "../events/event-target.ts";
import { Event } from "../events/events.ts";
import { BlobData, blobDataOf, createBlob } from "../file-api/blob.ts";
import { ByteSequence, alone, copyBytes } from "../file-api/bytes.ts";
import { MessageEvent } from "../messaging/message-event.ts";
import { listenInternally } from "./network.ts";
import {
  ObjectHasOwn,
  SafeMap,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  SymbolIterator,
  TypedArrayBuffer,
  TypedArrayByteLength,
  isObject,
  newArray,
  newList,
} from "../core/primordials.ts";
import { queueTask } from "../timing/timers.ts";
import { bytesOf } from "../webidl/buffers.ts";
import {
  constructing,
  executing,
  requireArguments,
  toClampedLongLong,
  toDOMString,
  toIterated,
  toUSVString,
} from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { isToken } from "../core/tokens.ts";

const enum State {
  Connecting = 0,
  Open = 1,
  Closing = 2,
  Closed = 3,
}

const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

/** Connections that are not closed, at most. */
const socketsMax = 1024;
const reasonBytesMax = 123;
const abnormalClosure = 1006;
const noStatus = 1005;

/** Made with the first WebSocket: a snapshot keeps no maps. */
let sockets: SafeMap<unknown, WebSocket> | undefined;
let lastConnection = 0;
let receive: (socket: WebSocket, event: unknown) => void;

/** A member of what the host sent, which may be anything. */
function member(value: unknown, key: string): unknown {
  return isObject(value) && ObjectHasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** Events for connections that are unknown, or closed already, are nobody's. */
function listenToHost(): SafeMap<unknown, WebSocket> {
  const map = new SafeMap<unknown, WebSocket>();
  listenInternally("__ws_event", (event) => {
    const socket = map.get(member(event, "conn_id"));
    if (socket !== undefined) receive(socket, event);
  });
  return map;
}

/** https://websockets.spec.whatwg.org/#dom-websocket-websocket, the URL. */
function toSocketUrl(value: unknown, context: string): string {
  const text = toUSVString(value);
  const record = parseApiUrl(text);
  if (record === undefined) throw new DOMException(`${context}: The URL '${text}' is invalid.`, "SyntaxError");
  const href = record[0];
  const scheme = StringPrototypeSlice(href, 0, record[1]);
  if (record[8] >= 0) {
    throw new DOMException(`${context}: The URL contains a fragment, which is not allowed.`, "SyntaxError");
  }
  switch (scheme) {
    case "ws:":
    case "wss:":
      return href;
    case "http:":
    case "https:":
      return `ws${StringPrototypeSlice(href, 4)}`;
    default:
      throw new DOMException(`${context}: The URL's scheme must be 'ws', 'wss', 'http' or 'https'.`, "SyntaxError");
  }
}

/** A string or a sequence of strings, each a token, none twice, in whatever case. */
function toProtocols(value: unknown, context: string): readonly string[] {
  const method = isObject(value) ? (value as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  let protocols: readonly string[];
  if (typeof method === "function") protocols = toIterated(value as object, method, context, toDOMString);
  else {
    const single = newList<string>();
    if (value !== undefined) single[0] = toDOMString(value);
    protocols = single;
  }
  for (let index = 0; index < protocols.length; index++) {
    const protocol = protocols[index]!;
    let valid = isToken(protocol);
    const lower = StringPrototypeToLowerCase(protocol);
    for (let earlier = 0; earlier < index && valid; earlier++) {
      valid = StringPrototypeToLowerCase(protocols[earlier]!) !== lower;
    }
    if (!valid) throw new DOMException(`${context}: The subprotocol '${protocol}' is invalid.`, "SyntaxError");
  }
  return protocols;
}

/** What is sent: a string, or bytes of nobody else's. */
function toPayload(value: unknown): string | Uint8Array {
  if (typeof value === "string") return toUSVString(value);
  const blob = blobDataOf(value);
  if (blob !== undefined) return blob.bytes.toBytes();
  const bytes = bytesOf(value);
  return bytes === undefined ? toUSVString(value) : alone(bytes);
}

/** The length of a string's UTF-8, without making it. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    // Each half of a pair counts two of its four bytes.
    if (unit >= 0xd800 && unit <= 0xdfff) length++;
    else if (unit >= 0x800) length += 2;
    else if (unit >= 0x80) length++;
  }
  return length;
}

const constructorContext = constructing("WebSocket");
const sendContext = executing("send", "WebSocket");
const closeContext = executing("close", "WebSocket");

/** https://websockets.spec.whatwg.org/#websocket */
export class WebSocket extends EventTarget {
  readonly #connection: number;
  readonly #url: string;
  #serializedOrigin: string | undefined = undefined;
  #state: State = State.Connecting;
  #protocol = "";
  #extensions = "";
  #binaryType: "blob" | "arraybuffer" = "blob";
  #bufferedAmount = 0;
  /** Whether events say what has left the host; else what it was handed counts as sent. */
  #isTold = false;
  /** Closed while it was connecting: what the host says of that comes before or after the guest's own task. */
  #givenUp = false;

  static {
    receive = (socket, event) => socket.#receive(event);
  }

  constructor(url: unknown, protocols: unknown = undefined) {
    requireArguments(arguments.length, 1, constructorContext);
    const href = toSocketUrl(url, constructorContext);
    const list = toProtocols(protocols, constructorContext);
    super();
    sockets ??= listenToHost();
    if (sockets.size >= socketsMax) {
      throw new DOMException(`${constructorContext}: ${socketsMax} WebSockets are open.`, "QuotaExceededError");
    }
    this.#url = href;
    this.#connection = ++lastConnection;
    sockets.set(this.#connection, this);
    const message: Record<string, unknown> = { __proto__: null, conn_id: this.#connection };
    message.url = href;
    message.protocols = newArray(list);
    // https://fetch.spec.whatwg.org/#append-a-request-origin-header, where there is one.
    const origin = apiOrigin();
    if (origin !== undefined) message.origin = origin;
    op(Op.Send, "ws.open", message);
  }

  get url(): string {
    return this.#url;
  }

  get readyState(): number {
    return this.#state;
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  get extensions(): string {
    return this.#extensions;
  }

  get protocol(): string {
    return this.#protocol;
  }

  get binaryType(): string {
    return this.#binaryType;
  }

  set binaryType(value: unknown) {
    const before = this.#binaryType;
    const type = toDOMString(value);
    // A value that is no member of the enumeration changes nothing.
    this.#binaryType = type === "blob" || type === "arraybuffer" ? type : before;
  }

  /** https://websockets.spec.whatwg.org/#dom-websocket-send */
  send(data: unknown): void {
    const state = this.#state;
    requireArguments(arguments.length, 1, sendContext);
    const payload = toPayload(data);
    if (state === State.Connecting) {
      throw new DOMException(`${sendContext}: Still in CONNECTING state.`, "InvalidStateError");
    }
    const length = typeof payload === "string" ? utf8Length(payload) : TypedArrayByteLength(payload);
    this.#bufferedAmount += length;
    if (this.#state !== State.Open) return;
    // With a prototype: cloned at half the price, and a clone has own properties only.
    op(Op.Send, "ws.send", { conn_id: this.#connection, data: payload });
    if (!this.#isTold) void this.#handedOver(length);
  }

  /** https://websockets.spec.whatwg.org/#dom-websocket-close */
  close(code: unknown = undefined, reason: unknown = undefined): void {
    const connection = this.#connection;
    let status: number | undefined;
    if (code !== undefined) {
      const clamped = toClampedLongLong(code);
      status = clamped < 0 ? 0 : clamped > 0xffff ? 0xffff : clamped;
    }
    const text = reason === undefined ? undefined : toUSVString(reason);
    if (status !== undefined && status !== 1000 && !(status >= 3000 && status <= 4999)) {
      throw new DOMException(
        `${closeContext}: The code must be either 1000, or between 3000 and 4999. ${status} is neither.`,
        "InvalidAccessError",
      );
    }
    if (text !== undefined && utf8Length(text) > reasonBytesMax) {
      throw new DOMException(`${closeContext}: The reason is longer than ${reasonBytesMax} bytes.`, "SyntaxError");
    }
    if (this.#state >= State.Closing) return;
    const connecting = this.#state === State.Connecting;
    this.#state = State.Closing;
    op(Op.Send, "ws.close", {
      __proto__: null,
      conn_id: connection,
      code: status ?? (text === undefined ? undefined : 1000),
      reason: text,
    });
    if (!connecting) return;
    this.#givenUp = true;
    queueTask(() => this.#fail("WebSocket is closed before the connection is established."));
  }

  /** For hosts that do not tell what they have sent. */
  async #handedOver(length: number): Promise<void> {
    await undefined;
    this.#bufferedAmount -= length;
  }

  #receive(event: unknown): void {
    if (this.#givenUp) return;
    if (this.#isTold) this.#sent(member(event, "sent"));
    const data = member(event, "data");
    switch (member(event, "event_type")) {
      case "open":
        if (this.#state === State.Connecting) this.#open(data);
        return;
      case "message":
        if (this.#state === State.Open) this.#message(data);
        return;
      case "error": {
        const message = member(data, "message");
        const text = typeof message === "string" ? message : "";
        // A connection that was not made ends here; the host need not say so.
        if (this.#state !== State.Open) this.#fail(text);
        else this.#error(text);
        return;
      }
      case "close": {
        const code = member(data, "code");
        const reason = member(data, "reason");
        const wasClean = member(data, "wasClean");
        const status = typeof code === "number" ? code : noStatus;
        this.#close(
          status,
          typeof reason === "string" ? reason : "",
          typeof wasClean === "boolean" ? wasClean : status !== abnormalClosure,
        );
      }
    }
  }

  /** What has left the host, which any event may tell. */
  #sent(bytes: unknown): void {
    if (typeof bytes === "number" && bytes > 0 && bytes <= this.#bufferedAmount) this.#bufferedAmount -= bytes;
  }

  #open(data: unknown): void {
    const protocol = member(data, "protocol");
    const extensions = member(data, "extensions");
    if (typeof protocol === "string") this.#protocol = protocol;
    if (typeof extensions === "string") this.#extensions = extensions;
    this.#isTold = member(data, "tellsSent") === true;
    this.#state = State.Open;
    dispatchTrusted(new Event("open"), this);
  }

  #message(data: unknown): void {
    let value = data;
    const bytes = typeof data === "string" ? undefined : bytesOf(data);
    if (bytes !== undefined) {
      // Made for this message by the clone. A Blob's bytes nobody may write to, and a listener of NETWORK's could.
      if (this.#binaryType === "arraybuffer") value = TypedArrayBuffer(alone(bytes));
      else {
        const sequence = new ByteSequence();
        sequence.append(copyBytes(bytes));
        value = createBlob(new BlobData(sequence, ""));
      }
    }
    dispatchTrusted(new MessageEvent("message", { __proto__: null, data: value, origin: this.#origin() }), this);
  }

  #origin(): string {
    if (this.#serializedOrigin === undefined) {
      const record = op(Op.UrlParse, this.#url, undefined)!;
      this.#serializedOrigin = StringPrototypeSlice(record[0], 0, record[6]);
    }
    return this.#serializedOrigin;
  }

  #error(message: string): void {
    dispatchTrusted(new ErrorEvent("error", { __proto__: null, message }), this);
  }

  /** https://websockets.spec.whatwg.org/#fail-the-websocket-connection */
  #fail(message: string): void {
    if (this.#state === State.Closed) return;
    this.#state = State.Closed;
    sockets!.delete(this.#connection);
    this.#error(message);
    this.#closed(abnormalClosure, "", false);
  }

  #close(code: number, reason: string, wasClean: boolean): void {
    const connecting = this.#state === State.Connecting;
    this.#state = State.Closed;
    sockets!.delete(this.#connection);
    if (connecting) this.#error("The connection could not be established.");
    this.#closed(code, reason, wasClean);
  }

  #closed(code: number, reason: string, wasClean: boolean): void {
    dispatchTrusted(new CloseEvent("close", { __proto__: null, code, reason, wasClean }), this);
  }
}

publishInterface(WebSocket, "WebSocket", states);
defineEventHandlers(WebSocket.prototype, ["open", "error", "close", "message"]);
