/** One WebSocket of a guest's, from the check of its URL to its close. */
import type { Isolate } from "../../api/isolate.ts";
import { parseUrl, shortString, shortStrings } from "../../codec/index.ts";
import { budgetOf } from "../../core/host-budget.ts";
import type { HostBudget } from "../../core/host-budget.ts";
import { NetworkError, byHost, isRefusal, toNetworkError } from "../common/errors.ts";
import { tell } from "../common/log.ts";
import type { Meter } from "../common/meter.ts";
import { pin, tlsOptions } from "../policy/pin.ts";
import type { Destination, Policy } from "../policy/policy.ts";
import { WebSocketClient } from "./web-socket-client.ts";
import type { Client } from "./web-socket-client.ts";
import type { WebSocketGatewayOptions } from "./web-socket-options.ts";

/** A message: text, or bytes. */
export type WebSocketPayload = string | Uint8Array<ArrayBuffer>;

/** The gateway's options, checked. */
export interface Settings extends Pick<WebSocketGatewayOptions, "onConnect" | "log" | "ca"> {
  readonly policy: Policy;
  readonly maxConnections: number;
  readonly maxMessageBytes: number;
  readonly maxBufferedBytes: number;
  readonly timeoutMs: number;
}

/** What connections count for their gateway. */
export interface Counters {
  refused: number;
  failed: number;
  readonly messagesSent: Meter;
  readonly messagesReceived: Meter;
  readonly bytesSent: Meter;
  readonly bytesReceived: Meter;
}

/** What a guest is told of a connection. */
export interface SocketEvent {
  readonly type: string;
  readonly data: WebSocketPayload | object | undefined;
  /** What it holds of messages. */
  readonly bytes: number;
  /** Bytes that the system has taken since the last event, if any. */
  readonly sent?: number;
}

/** Where a connection's events go. */
export interface Sink {
  deliver(event: SocketEvent): void;
  ended(): void;
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;
const ABNORMAL = 1006;
export const TOO_BIG = 1009;
export const TRY_LATER = 1013;

/** Of a client's `readyState`. */
const OPEN = 1;

/** Longer than most servers' answers take, which tell it too; still soon to a guest that looks every few milliseconds. */
const TELL_MS = 1;

/** A peer that does not answer the closing handshake is left after this time. */
const CLOSE_TIMEOUT_MS = 1000;

/** https://www.rfc-editor.org/rfc/rfc6455#section-4.1: a subprotocol is a token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Subprotocols that a guest may ask for, and characters of each. */
const PROTOCOLS_MAX = 100;
const PROTOCOL_LENGTH_MAX = 1000;

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.5: a control frame's 125 bytes, less those of the code. */
const REASON_BYTES_MAX = 123;

/** What a guest that has a location says it is, if it is an origin. */
function toOrigin(value: unknown): string | undefined {
  return typeof value === "string" && parseUrl(value)?.origin === value ? value : undefined;
}

/** A reason that a close frame has room for. */
function toReason(value: unknown): string | undefined {
  const reason = shortString(value, REASON_BYTES_MAX);
  return reason === undefined || Buffer.byteLength(reason) > REASON_BYTES_MAX ? undefined : reason;
}

export class Connection {
  readonly #isolate: Isolate;
  readonly #settings: Settings;
  readonly #counters: Counters;
  readonly #sink: Sink;
  readonly #url: string;
  readonly #protocols: readonly string[] | undefined;
  readonly #origin: string | undefined;
  readonly #started = performance.now();
  #socket: Client | undefined;
  #opened = false;
  #closing = false;
  #over = false;
  #paused = false;
  #timer: Timer | undefined;
  #error: NetworkError | undefined;
  #messagesSent = 0;
  #messagesReceived = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  readonly #budget: HostBudget;
  /** What the system has not taken, as the budget has it. */
  #unsent = 0;
  #untold = 0;
  #telling = false;

  constructor(
    isolate: Isolate,
    settings: Settings,
    counters: Counters,
    request: { url?: unknown; protocols?: unknown; origin?: unknown },
    sink: Sink,
  ) {
    this.#isolate = isolate;
    this.#settings = settings;
    this.#budget = budgetOf(isolate);
    this.#counters = counters;
    this.#sink = sink;
    this.#url = typeof request.url === "string" ? request.url : "";
    this.#protocols = shortStrings(request.protocols ?? [], PROTOCOLS_MAX, PROTOCOL_LENGTH_MAX);
    this.#origin = toOrigin(request.origin);
  }

  async open(): Promise<void> {
    const { timeoutMs } = this.#settings;
    if (timeoutMs > 0) {
      const error = new NetworkError("ERR_NET_TIMEOUT", `The connection was not open within ${timeoutMs} ms.`);
      this.#timer = setTimeout(() => this.refuse(error), timeoutMs);
    }
    try {
      const protocols = this.#protocols;
      if (!protocols?.every((protocol) => token.test(protocol))) {
        throw new NetworkError(
          "ERR_NET_HEADER",
          `A subprotocol is not a token, or they are more than ${PROTOCOLS_MAX}.`,
        );
      }
      const destination = await this.#settings.policy.check(this.#url, this.#isolate);
      const headers = new Headers();
      if (this.#origin !== undefined) headers.set("origin", this.#origin);
      const { url } = destination;
      const { onConnect } = this.#settings;
      if (onConnect) await byHost(() => onConnect({ isolate: this.#isolate, url: new URL(url), headers }));
      if (!this.#over) this.#connect(destination, headers, protocols);
    } catch (error) {
      this.refuse(toNetworkError(error));
    }
  }

  send(data: WebSocketPayload): void {
    const socket = this.#socket;
    if (this.#over || !socket || socket.readyState !== OPEN) return;
    const { maxMessageBytes, maxBufferedBytes } = this.#settings;
    // A text has at least as many bytes as characters, and to count them is to walk it.
    const tooLong = maxMessageBytes > 0 && data.length > maxMessageBytes;
    const bytes = typeof data === "string" && !tooLong ? Buffer.byteLength(data) : data.length;
    if (maxMessageBytes > 0 && bytes > maxMessageBytes) return this.fail(TOO_BIG, "The message is too large.");
    const fits = maxBufferedBytes === 0 || socket.bufferedAmount + bytes <= maxBufferedBytes;
    if (!fits || !this.#budget.take(bytes)) {
      return this.fail(TRY_LATER, "The server does not keep up.");
    }
    this.#unsent += bytes;
    this.#messagesSent++;
    this.#bytesSent += bytes;
    this.#counters.messagesSent.add(1);
    this.#counters.bytesSent.add(bytes);
    socket.send(data, () => this.#noteSent(bytes));
  }

  /** What the system has taken the guest's `bufferedAmount` no longer counts: told with the next event, or soon. */
  #noteSent(bytes: number): void {
    if (this.#over) return;
    this.#released(bytes);
    this.#untold += bytes;
    this.#tellSent();
  }

  #released(bytes: number): void {
    this.#unsent -= bytes;
    this.#budget.release(bytes);
  }

  /** A guest that takes nothing is told when it does: of all together. */
  #tellSent(): void {
    if (this.#telling || this.#paused) return;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      if (!this.#over && !this.#paused && this.#untold > 0) this.#deliver("sent", undefined, 0);
    }, TELL_MS);
  }

  #deliver(type: string, data: WebSocketPayload | object | undefined, bytes: number): void {
    const sent = this.#untold;
    this.#untold = 0;
    this.#sink.deliver(sent === 0 ? { type, data, bytes } : { type, data, bytes, sent });
  }

  /** The guest closes: the server's answer, or the end of the connection, is its close event. */
  close(code: unknown, reason: unknown): void {
    const socket = this.#socket;
    if (!socket) return this.refuse(new NetworkError("ERR_NET_ABORTED", "The connection was given up."));
    if (this.#over || this.#closing) return;
    this.#closing = true;
    // The guest's platform says nothing else; the guest itself may say anything, which the client would throw for.
    const valid = code === 1000 || (Number.isInteger(code) && (code as number) >= 3000 && (code as number) <= 4999);
    if (valid) socket.close(code as number, toReason(reason));
    else socket.close();
    // The answer comes behind what the guest has not taken, and no longer gets.
    this.resume();
  }

  /** The guest has enough to do. */
  pause(): void {
    if (this.#paused || this.#closing || this.#over || !this.#opened) return;
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket?.resume();
    if (this.#untold > 0) this.#tellSent();
  }

  /** It will not be opened. */
  refuse(error: NetworkError): void {
    if (this.#over) return;
    this.#error = error;
    if (isRefusal(error)) this.#counters.refused++;
    this.#deliver("error", { message: error.message, code: error.code }, 0);
    this.#end(ABNORMAL, "", false);
    this.#socket?.terminate();
  }

  /** A limit ends it: the server is told why, the guest too. */
  fail(code: number, reason: string): void {
    if (this.#over) return;
    this.#error = new NetworkError(code === TOO_BIG ? "ERR_NET_REQUEST_TOO_LARGE" : "ERR_NET_FAILED", reason);
    this.#deliver("error", { message: reason, code: this.#error.code }, 0);
    this.#end(code, reason, false);
    this.#shut(code, reason);
  }

  /** The isolate has ended, or the gateway is closed. */
  goAway(): void {
    if (this.#over) return;
    this.#end(GOING_AWAY, "", false);
    this.#shut(GOING_AWAY, "");
  }

  #shut(code: number, reason: string): void {
    const socket = this.#socket;
    if (!socket) return;
    if (!this.#opened) return socket.terminate();
    socket.close(code, reason);
    this.resume();
    setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  }

  /** To the address that was checked, and under the name that was asked for. */
  #connect(destination: Destination, headers: Headers, protocols: readonly string[]): void {
    const { url, host, addresses } = destination;
    headers.set("host", url.host);
    const { ca, maxMessageBytes } = this.#settings;
    const socket = new WebSocketClient(pin(destination, addresses[0]!), protocols, {
      headers: Object.fromEntries(headers),
      maxPayload: maxMessageBytes,
      // A few compressed bytes must not become many before they are counted.
      perMessageDeflate: false,
      ...(url.protocol === "wss:" ? { tls: tlsOptions(host, ca) } : {}),
    });
    this.#socket = socket;
    socket.on("open", () => {
      if (this.#over) return socket.terminate();
      clearTimeout(this.#timer);
      this.#opened = true;
      const { protocol, extensions } = socket;
      this.#deliver("open", { protocol, extensions, tellsSent: true }, 0);
    });
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", (error) => this.#onError(error));
    socket.on("close", (code, reason) => this.#onClose(code, reason.toString()));
  }

  #receive(data: Buffer<ArrayBuffer>, isBinary: boolean): void {
    if (this.#over || this.#closing) return;
    const bytes = data.byteLength;
    this.#messagesReceived++;
    this.#bytesReceived += bytes;
    this.#counters.messagesReceived.add(1);
    this.#counters.bytesReceived.add(bytes);
    // As a Buffer, of which only its own bytes are sent to the guest.
    this.#deliver("message", isBinary ? data : data.toString(), bytes);
  }

  /**
   * The server broke the protocol. The close event follows, and says no more than that the connection broke off.
   * https://websockets.spec.whatwg.org/#feedback-from-the-protocol: an error, for a connection that the client had to fail.
   */
  #onError(error: Error): void {
    if (!this.#opened) return this.refuse(new NetworkError("ERR_NET_FAILED", "The connection could not be made."));
    if (/max payload/i.test(error.message)) {
      this.fail(TOO_BIG, "The message is too large.");
      // The client has sent its close. It would read on until the server answers, and throw all of it away.
      this.#socket?.terminate();
      return;
    }
    if (this.#over || this.#error) return;
    this.#error = toNetworkError(error);
    const { message, code } = this.#error;
    this.#deliver("error", { message, code }, 0);
  }

  #onClose(code: number, reason: string): void {
    if (this.#over) return;
    if (!this.#opened) return this.refuse(new NetworkError("ERR_NET_FAILED", "The connection could not be made."));
    if (code === ABNORMAL) this.#error ??= new NetworkError("ERR_NET_FAILED", "The connection broke off.");
    this.#end(code, reason, code !== ABNORMAL);
  }

  #end(code: number, reason: string, wasClean: boolean): void {
    this.#over = true;
    this.#released(this.#unsent);
    clearTimeout(this.#timer);
    if (!this.#opened) this.#counters.failed++;
    this.#sink.ended();
    this.#deliver("close", { code, reason, wasClean }, 0);
    tell(this.#settings.log, {
      isolate: this.#isolate,
      url: this.#url.slice(0, 2048),
      error: this.#error,
      code,
      messagesSent: this.#messagesSent,
      messagesReceived: this.#messagesReceived,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      durationMs: performance.now() - this.#started,
    });
  }
}
