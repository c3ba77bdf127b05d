/** A host's side of guests' WebSockets: `ws.open`, `ws.send` and `ws.close` from the guest, `__ws_event` to it. */
import type { Isolate } from "../../api/isolate.ts";
import { ArgumentError, BackpressureError, MessageTooLargeError } from "../../contract/errors.ts";
import type { Exactly } from "../../contract/options.ts";
import { checkOptionNames } from "../../contract/option-names.ts";
import { checkFunction, checkTextOrTexts } from "../../contract/option-values.ts";
import { checkNumber } from "../../contract/ranges.ts";
import { show } from "../../contract/show.ts";
import { borrowing } from "../../core/borrowing.ts";
import { budgetOf } from "../../core/host-budget.ts";
import type { HostBudget } from "../../core/host-budget.ts";
import { NetworkError } from "../common/errors.ts";
import { Meter } from "../common/meter.ts";
import { gatewayRanges } from "../common/ranges.ts";
import { Policy } from "../policy/policy.ts";
import { Connection, TOO_BIG, TRY_LATER } from "./web-socket-connection.ts";
import type { Counters, Settings, SocketEvent } from "./web-socket-connection.ts";
import type { WebSocketGatewayOptions, WebSocketGatewayStats } from "./web-socket-options.ts";

/** The WebSockets of one isolate. */
export interface WebSocketGateway extends Disposable {
  /** What it has done so far. */
  stats(): WebSocketGatewayStats;
  /** Closes all connections, which their guest is told, and takes no more. Then the isolate may have another. */
  close(): void;
}

const doing = "webSocketGateway()";
const optionNames = ["allow", "addresses", "resolve", "onConnect", "log", "ca", ...Object.keys(gatewayRanges)];

/** Isolates that have a gateway. */
const served = new WeakSet<Isolate>();

/**
 * Connects the WebSockets of one guest, to where the host allows and nowhere else; addresses are checked as by
 * {@link fetchProxy}. When the isolate ends, so do its connections. A guest that does not keep up is waited for, within
 * `maxBufferedBytes`.
 *
 * @typeParam Options - the type of the options
 * @param isolate - whose WebSockets
 * @param options - `allow` at least
 * @returns the gateway
 * @throws OptionError if an option is unknown, of the wrong type or out of its range
 * @throws ArgumentError if it is no isolate, or has a gateway that is not closed
 * @example
 * ```ts
 * const gateway = webSocketGateway(worker, { allow: ["wss://gateway.example.com"] });
 * ```
 */
export function webSocketGateway<Options extends Exactly<Options, WebSocketGatewayOptions>>(
  isolate: Isolate,
  options: Options,
): WebSocketGateway {
  // Its class says nothing: code that was loaded anew has another, and may be given an isolate that was kept.
  if (typeof (isolate as Partial<Isolate> | null | undefined)?.onSystem !== "function") {
    throw new ArgumentError(`${doing}: the first argument must be an Isolate, but is ${show(isolate)}.`);
  }
  checkOptionNames(options, optionNames, doing);
  const { onConnect, log, ca } = options as WebSocketGatewayOptions;
  checkFunction("onConnect", onConnect, doing);
  checkFunction("log", log, doing);
  checkTextOrTexts("ca", ca, doing);
  if (served.has(isolate)) {
    throw new ArgumentError(
      `${doing}: ${String(isolate)} has a gateway already, and both would answer its WebSockets. ` +
        "Let one gateway allow all of it, or close() the first.",
    );
  }
  const number = (name: keyof typeof gatewayRanges): number =>
    checkNumber(name, options[name], gatewayRanges[name], doing);
  return new Gateway(isolate, {
    policy: new Policy(options, ["ws:", "wss:"], doing),
    maxConnections: number("maxConnections"),
    maxMessageBytes: number("maxMessageBytes"),
    maxBufferedBytes: number("maxBufferedBytes"),
    timeoutMs: number("timeoutMs"),
    onConnect,
    log,
    ca,
  });
}

/** As `__ws_event` has it; `sent` goes to guests that were told so. */
interface GuestEvent {
  readonly conn_id: number;
  readonly event_type: string;
  readonly data: SocketEvent["data"];
  readonly sent?: number;
}

/** An event that the guest has no room for yet. */
interface Waiting {
  readonly id: number;
  readonly event: GuestEvent;
  readonly bytes: number;
}

/** What became of an event. */
type Posted = "posted" | "full" | "too large";

const TOO_LARGE = "The message is too large.";

/** The mailbox tells when it was full and has room again; that it is emptier than it was has to be looked at. */
const RETRY_MS = 5;

/** What waits is posted for so long at a time, in milliseconds. */
const FLUSH_MS = 2;

/** What an event that waits takes besides its bytes. */
const EVENT_BYTES = 512;

/**
 * Events that wait although the host keeps enough for the isolate: as many as the ends of all the WebSockets that a guest's
 * platform makes. Who opens more by messages of its own, and takes none, is not told of them.
 */
const ENDS_MAX = 2048;

class Gateway implements WebSocketGateway {
  readonly #isolate: Isolate;
  readonly #settings: Settings;
  readonly #counters: Counters = {
    refused: 0,
    failed: 0,
    messagesSent: new Meter(),
    messagesReceived: new Meter(),
    bytesSent: new Meter(),
    bytesReceived: new Meter(),
  };
  readonly #connections = new Map<number, Connection>();
  #requested = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  readonly #budget: HostBudget;
  #mailboxBytesMost = 0;
  #retry: Timer | undefined;
  #closed = false;

  constructor(isolate: Isolate, settings: Settings) {
    this.#isolate = isolate;
    this.#settings = settings;
    served.add(isolate);
    this.#budget = budgetOf(isolate);
    isolate.on("ws.open", this.#onOpen).on("ws.send", this.#onSend).on("ws.close", this.#onClose);
    isolate.onSystem("drain", this.#flush).onSystem("terminated", this.#onEnd).onSystem("destroyed", this.#onEnd);
  }

  stats(): WebSocketGatewayStats {
    const { failed, refused, messagesSent, messagesReceived, bytesSent, bytesReceived } = this.#counters;
    return {
      connections: this.#connections.size,
      requested: this.#requested,
      failed,
      refused,
      messagesSent: messagesSent.total,
      messagesReceived: messagesReceived.total,
      bytesSent: bytesSent.total,
      bytesReceived: bytesReceived.total,
      bufferedBytes: this.#waitingBytes,
      messagesSentPerSecond: messagesSent.perSecond(),
      messagesReceivedPerSecond: messagesReceived.perSecond(),
      bytesSentPerSecond: bytesSent.perSecond(),
      bytesReceivedPerSecond: bytesReceived.perSecond(),
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const isolate = this.#isolate;
    served.delete(isolate);
    isolate.off("ws.open", this.#onOpen).off("ws.send", this.#onSend).off("ws.close", this.#onClose);
    isolate.offSystem("drain", this.#flush).offSystem("terminated", this.#onEnd).offSystem("destroyed", this.#onEnd);
    for (const connection of [...this.#connections.values()]) connection.goAway();
    // A guest that has no room yet is told when it has; one that has ended is told nothing.
    if (!isolate.destroyed) return;
    clearTimeout(this.#retry);
    this.#keepWaiting([]);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  readonly #onEnd = (): void => this.close();

  readonly #onOpen = (data: { conn_id?: unknown; url?: unknown; protocols?: unknown } | null): void => {
    const id = data?.conn_id;
    if (typeof id !== "number" || this.#connections.has(id)) return;
    this.#requested++;
    if (this.#waiting.length >= ENDS_MAX && !this.#budget.fits(EVENT_BYTES)) {
      this.#counters.refused++;
      this.#counters.failed++;
      return;
    }
    const connection: Connection = new Connection(this.#isolate, this.#settings, this.#counters, data ?? {}, {
      deliver: (event) => this.#deliver(id, event),
      ended: () => this.#connections.delete(id),
    });
    if (this.#settings.maxConnections > 0 && this.#connections.size >= this.#settings.maxConnections) {
      const { maxConnections } = this.#settings;
      connection.refuse(new NetworkError("ERR_NET_NOT_ALLOWED", `More than ${maxConnections} WebSockets are open.`));
      return;
    }
    this.#connections.set(id, connection);
    void connection.open();
  };

  /** The client has copied the bytes when `send` comes back. */
  readonly #onSend = borrowing((message: { conn_id?: unknown; data?: unknown } | null): void => {
    const { conn_id: id, data } = message ?? {};
    const connection = this.#connections.get(id as number);
    if (!connection) return;
    if (typeof data === "string") connection.send(data);
    else if (data instanceof ArrayBuffer) connection.send(new Uint8Array(data));
    else if (ArrayBuffer.isView(data)) {
      connection.send(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
    }
  });

  readonly #onClose = (data: { conn_id?: unknown; code?: unknown; reason?: unknown } | null): void => {
    const { conn_id: id, code, reason } = data ?? {};
    this.#connections.get(id as number)?.close(code, reason);
  };

  /** In order over all connections: a close must not overtake the messages before it. */
  #deliver(id: number, { type, data, bytes, sent }: SocketEvent): void {
    const event: GuestEvent =
      sent === undefined ? { conn_id: id, event_type: type, data } : { conn_id: id, event_type: type, data, sent };
    if (this.#waiting.length === 0) {
      const posted = this.#post(event, bytes);
      if (posted === "too large") this.#failTooLarge(id);
      if (posted !== "full") return;
    }
    const fits = bytes === 0 || this.#budget.fits(bytes + EVENT_BYTES);
    this.#waiting.push({ id, event, bytes });
    this.#waitingBytes += bytes;
    this.#budget.add(bytes + EVENT_BYTES);
    this.#connections.get(id)?.pause();
    this.#retry ??= setTimeout(this.#flush, RETRY_MS);
    const { maxBufferedBytes } = this.#settings;
    if (fits && (maxBufferedBytes === 0 || this.#waitingBytes <= maxBufferedBytes)) return;
    // What was not delivered is dropped with its connection, which ends as if it had broken off.
    this.#keepWaiting(this.#waiting.filter((other) => other.id !== id));
    this.#connections.get(id)?.fail(TRY_LATER, "The client does not keep up.");
  }

  /** Drops all others. */
  #keepWaiting(waiting: Waiting[]): void {
    const kept = new Set(waiting);
    for (const event of this.#waiting) if (!kept.has(event)) this.#notWaiting(event);
    this.#waiting = waiting;
  }

  #notWaiting({ bytes }: Waiting): void {
    this.#waitingBytes -= bytes;
    this.#budget.release(bytes + EVENT_BYTES);
  }

  /**
   * An event is larger than a message to the guest may be. To leave it out would be to lie: its connection ends with it, as
   * with a message beyond `maxMessageBytes`.
   */
  #failTooLarge(id: number): void {
    this.#keepWaiting(this.#waiting.filter((other) => other.id !== id));
    const connection = this.#connections.get(id);
    if (connection) return connection.fail(TOO_BIG, TOO_LARGE);
    // Its end came while the event waited.
    this.#deliver(id, { type: "error", data: { message: TOO_LARGE, code: "ERR_NET_REQUEST_TOO_LARGE" }, bytes: 0 });
    this.#deliver(id, { type: "close", data: { code: TOO_BIG, reason: TOO_LARGE, wasClean: false }, bytes: 0 });
  }

  #post(event: GuestEvent, bytes: number): Posted {
    const { maxBufferedBytes } = this.#settings;
    // The mailbox is looked at when it may be full: what it held then, and all that was posted since.
    if (maxBufferedBytes > 0 && this.#mailboxBytesMost > maxBufferedBytes) {
      this.#mailboxBytesMost = this.#isolate.stats().mailboxBytes;
      if (this.#mailboxBytesMost > maxBufferedBytes) return "full";
    }
    this.#mailboxBytesMost += bytes;
    try {
      this.#isolate.send("__ws_event", event);
    } catch (error) {
      if (error instanceof BackpressureError) return "full";
      if (error instanceof MessageTooLargeError) return "too large";
      // Destroyed while its last events were on their way: nobody to tell.
    }
    return "posted";
  }

  readonly #flush = (): void => {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const deadline = performance.now() + FLUSH_MS;
    let sent = 0;
    let tooLarge: number | undefined;
    for (const waiting of this.#waiting) {
      if (tooLarge !== undefined || performance.now() >= deadline) break;
      const posted = this.#post(waiting.event, waiting.bytes);
      if (posted === "full") break;
      if (posted === "too large") tooLarge = waiting.id;
      this.#notWaiting(waiting);
      sent++;
    }
    this.#waiting.splice(0, sent);
    if (tooLarge !== undefined) this.#failTooLarge(tooLarge);
    if (this.#waiting.length > 0) this.#retry ??= setTimeout(this.#flush, sent > 0 ? 0 : RETRY_MS);
    else for (const connection of this.#connections.values()) connection.resume();
  };
}
