/** The gateway's options, and what it tells of its work. */
import type { Isolate } from "../../api/isolate.ts";
import type { PlatformHeaders, PlatformURL } from "../../contract/platform.ts";
import type { NetworkError } from "../common/errors.ts";
import type { PolicyOptions } from "../policy/policy.ts";

/** One connection of a guest's, when it is over. */
export interface WebSocketLogEntry {
  /** The isolate it was made for. */
  readonly isolate: Isolate;
  /** As the guest asked, up to 2,048 characters. Untrusted. */
  readonly url: string;
  /** Why it was refused or broke off, if it did. */
  readonly error?: NetworkError | undefined;
  /** The close code. */
  readonly code: number;
  /** Messages to the server. */
  readonly messagesSent: number;
  /** Messages from the server. */
  readonly messagesReceived: number;
  /** To the server, in bytes. */
  readonly bytesSent: number;
  /** From the server, in bytes. */
  readonly bytesReceived: number;
  /** From the guest's request to the end, in milliseconds. */
  readonly durationMs: number;
}

/** Options of {@link webSocketGateway}. `0` means unlimited. */
export interface WebSocketGatewayOptions extends PolicyOptions {
  /**
   * Connections at a time. More fail.
   * @defaultValue 32
   */
  maxConnections?: number | undefined;
  /**
   * One message, either way, in bytes. A longer one closes its connection with 1009.
   * @defaultValue 1_048_576 (1 MiB)
   */
  maxMessageBytes?: number | undefined;
  /**
   * What may wait, in bytes: for the guest on all connections, for the server on each. While the guest does not take
   * what it has, no more is read from its servers; some hundred KiB of each may be on their way, so that a limit below
   * can close a connection, with 1013. So does a guest that sends more than its server takes.
   * @defaultValue 4_194_304 (4 MiB)
   */
  maxBufferedBytes?: number | undefined;
  /**
   * Until a connection is open, in milliseconds.
   * @defaultValue 30_000
   */
  timeoutMs?: number | undefined;
  /** Called before a connection is made. It may set headers; what it throws refuses the connection. */
  onConnect?:
    | ((request: {
        readonly isolate: Isolate;
        readonly url: PlatformURL;
        readonly headers: PlatformHeaders;
      }) => void | Promise<void>)
    | undefined;
  /** Called once for each connection, when it is over. What it throws becomes a warning of the process. */
  log?: ((entry: WebSocketLogEntry) => unknown) | undefined;
  /** Certificates to trust in place of the system's, in PEM. */
  ca?: string | readonly string[] | undefined;
}

/** What a gateway has done so far. */
export interface WebSocketGatewayStats {
  /** Connections that are open or being made. */
  readonly connections: number;
  /** Connections guests asked for. */
  readonly requested: number;
  /** Never opened, those refused included. */
  readonly failed: number;
  /** Not allowed, so that nothing was sent. */
  readonly refused: number;
  /** Messages to servers. */
  readonly messagesSent: number;
  /** Messages from servers. */
  readonly messagesReceived: number;
  /** To servers, in bytes. */
  readonly bytesSent: number;
  /** From servers, in bytes. */
  readonly bytesReceived: number;
  /** Waiting for the guest now, in bytes. */
  readonly bufferedBytes: number;
  /** Messages to servers a second, over the last ten. */
  readonly messagesSentPerSecond: number;
  /** Messages from servers a second, over the last ten. */
  readonly messagesReceivedPerSecond: number;
  /** To servers, in bytes a second, over the last ten. */
  readonly bytesSentPerSecond: number;
  /** From servers, in bytes a second, over the last ten. */
  readonly bytesReceivedPerSecond: number;
}
