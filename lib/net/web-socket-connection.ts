/** One WebSocket of a guest's, from the check of its URL to its close. */
import type { Isolate } from "../isolate.ts";
import { toNetworkError } from "./bodies.ts";
import { NetworkError } from "./errors.ts";
import type { Destination, Policy } from "./policy.ts";
import type { WebSocketGatewayOptions, WebSocketGatewayStats } from "./web-socket-gateway.ts";

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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What connections count for their gateway. */
export type Counters = Mutable<Omit<WebSocketGatewayStats, "connections" | "requested" | "bufferedBytes">>;

/** Where a connection's events go. */
export interface Sink {
  deliver(type: string, data: WebSocketPayload | object | undefined, bytes: number): void;
  ended(): void;
}

const GOING_AWAY = 1001;
const ABNORMAL = 1006;
const TOO_BIG = 1009;
export const TRY_LATER = 1013;

/** https://www.rfc-editor.org/rfc/rfc6455#section-4.1: a subprotocol is a token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function sizeOf(data: WebSocketPayload): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
}

export class Connection {
  readonly #isolate: Isolate;
  readonly #settings: Settings;
  readonly #counters: Counters;
  readonly #sink: Sink;
  readonly #url: string;
  readonly #protocols: readonly unknown[];
  readonly #started = performance.now();
  #socket: WebSocket | undefined;
  #opened = false;
  #over = false;
  #timer: Timer | undefined;
  #error: NetworkError | undefined;
  #messagesSent = 0;
  #messagesReceived = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  constructor(
    isolate: Isolate,
    settings: Settings,
    counters: Counters,
    request: { url?: unknown; protocols?: unknown },
    sink: Sink,
  ) {
    this.#isolate = isolate;
    this.#settings = settings;
    this.#counters = counters;
    this.#sink = sink;
    this.#url = typeof request.url === "string" ? request.url : "";
    this.#protocols = Array.isArray(request.protocols) ? request.protocols : [];
  }

  async open(): Promise<void> {
    const { timeoutMs } = this.#settings;
    if (timeoutMs > 0) {
      const error = new NetworkError("ERR_NET_TIMEOUT", `The connection was not open within ${timeoutMs} ms.`);
      this.#timer = setTimeout(() => this.refuse(error), timeoutMs);
    }
    try {
      const protocols = this.#protocols.map(String);
      if (!protocols.every((protocol) => token.test(protocol))) {
        throw new NetworkError("ERR_NET_HEADER", "A subprotocol is not a token.");
      }
      const destination = await this.#settings.policy.check(this.#url, this.#isolate);
      const headers = new Headers();
      const { url } = destination;
      await this.#settings.onConnect?.({ isolate: this.#isolate, url: new URL(url), headers });
      if (!this.#over) this.#connect(destination, headers, protocols);
    } catch (error) {
      // What the host's own functions throw is for the guest to read.
      const text = error instanceof Error && !("code" in error) ? error.message : toNetworkError(error).message;
      this.refuse(toNetworkError(error), text);
    }
  }

  send(data: WebSocketPayload): void {
    const socket = this.#socket;
    if (this.#over || !socket || socket.readyState !== WebSocket.OPEN) return;
    const { maxMessageBytes, maxBufferedBytes } = this.#settings;
    const bytes = sizeOf(data);
    if (maxMessageBytes > 0 && bytes > maxMessageBytes) return this.fail(TOO_BIG, "The message is too large.");
    if (maxBufferedBytes > 0 && socket.bufferedAmount + bytes > maxBufferedBytes) {
      return this.fail(TRY_LATER, "The server does not keep up.");
    }
    this.#messagesSent++;
    this.#bytesSent += bytes;
    this.#counters.messagesSent++;
    this.#counters.bytesSent += bytes;
    socket.send(data);
  }

  /** The guest closes: the server's answer, or the end of the connection, is its close event. */
  close(code: unknown, reason: unknown): void {
    const socket = this.#socket;
    if (!socket) return this.refuse(new NetworkError("ERR_NET_ABORTED", "The connection was given up."));
    const valid = code === 1000 || (typeof code === "number" && code >= 3000 && code <= 4999);
    socket.close(valid ? code : undefined, valid && typeof reason === "string" ? reason : undefined);
  }

  /** It will not be opened. `text` is what the guest reads. */
  refuse(error: NetworkError, text: string = error.message): void {
    if (this.#over) return;
    this.#error = error;
    this.#sink.deliver("error", { message: text, code: error.code }, 0);
    this.#end(ABNORMAL, "", false);
    this.#socket?.terminate();
  }

  /** A limit ends it: the server is told why, the guest too. */
  fail(code: number, reason: string): void {
    if (this.#over) return;
    this.#error = new NetworkError(code === TOO_BIG ? "ERR_NET_REQUEST_TOO_LARGE" : "ERR_NET_FAILED", reason);
    this.#sink.deliver("error", { message: reason, code: this.#error.code }, 0);
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
    // A peer that never answers the closing handshake holds nothing.
    setTimeout(() => socket.terminate(), 1000).unref();
  }

  /** To the address that was checked, and under the name that was asked for. */
  #connect({ url, addresses }: Destination, headers: Headers, protocols: readonly string[]): void {
    const address = addresses[0]!;
    const pinned = new URL(url);
    pinned.hostname = address.includes(":") ? `[${address}]` : address;
    pinned.hash = "";
    headers.set("host", url.host);
    const { ca } = this.#settings;
    const tls = { serverName: url.hostname, ...(ca === undefined ? {} : { ca: ca as string }) };
    const socket = new WebSocket(pinned.href, {
      headers: Object.fromEntries(headers),
      ...(protocols.length === 0 ? {} : { protocols: [...protocols] }),
      // A few compressed bytes must not become many before they are counted.
      perMessageDeflate: false,
      ...(url.protocol === "wss:" ? { tls } : {}),
    });
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = (): void => {
      if (this.#over) return socket.terminate();
      clearTimeout(this.#timer);
      this.#opened = true;
      this.#sink.deliver("open", { protocol: socket.protocol, extensions: socket.extensions }, 0);
    };
    socket.onmessage = ({ data }: MessageEvent): void => this.#receive(data as string | ArrayBuffer);
    socket.onclose = ({ code, reason, wasClean }: CloseEvent): void => {
      if (this.#over) return;
      if (!this.#opened) return this.refuse(new NetworkError("ERR_NET_FAILED", "The connection could not be made."));
      if (code === ABNORMAL) this.#error = new NetworkError("ERR_NET_FAILED", "The connection broke off.");
      this.#end(code, reason, wasClean);
    };
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.#over) return;
    const payload = typeof data === "string" ? data : new Uint8Array(data);
    const bytes = sizeOf(payload);
    const { maxMessageBytes } = this.#settings;
    if (maxMessageBytes > 0 && bytes > maxMessageBytes) return this.fail(TOO_BIG, "The message is too large.");
    this.#messagesReceived++;
    this.#bytesReceived += bytes;
    this.#counters.messagesReceived++;
    this.#counters.bytesReceived += bytes;
    this.#sink.deliver("message", payload, bytes);
  }

  #end(code: number, reason: string, wasClean: boolean): void {
    this.#over = true;
    clearTimeout(this.#timer);
    if (!this.#opened) this.#counters.failed++;
    this.#sink.ended();
    this.#sink.deliver("close", { code, reason, wasClean }, 0);
    const { log } = this.#settings;
    if (!log) return;
    const entry = {
      isolate: this.#isolate,
      url: this.#url.slice(0, 2048),
      error: this.#error,
      code,
      messagesSent: this.#messagesSent,
      messagesReceived: this.#messagesReceived,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      durationMs: performance.now() - this.#started,
    };
    queueMicrotask(() => log(entry));
  }
}
