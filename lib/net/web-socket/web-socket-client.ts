/**
 * The `ws` package's client, as far as it is used here. Bun has it built in, whatever is installed; its types are not,
 * and users need not install them to check their own.
 *
 * Beside the global WebSocket it refuses a message by its announced length, before any of it is kept, and can be paused.
 */
import { createRequire } from "node:module";

/** One connection. */
export interface Client {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  readonly extensions: string;
  on(event: "open", listener: () => void): this;
  on(event: "message", listener: (data: Buffer<ArrayBuffer>, isBinary: boolean) => void): this;
  on(event: "close", listener: (code: number, reason: Buffer) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  /** @param sent - called when the system has taken the message, or never will */
  send(data: string | Uint8Array, sent: (error?: Error) => void): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  /** Takes no more from the server than is on its way to the listener already: some hundred KiB. */
  pause(): void;
  resume(): void;
}

interface ClientOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Of one message, in bytes; 0 = unlimited. */
  readonly maxPayload: number;
  readonly perMessageDeflate: boolean;
  readonly tls?: object;
}

type ClientConstructor = new (url: string, protocols: readonly string[], options: ClientOptions) => Client;

/** The package's WebSocket. */
export const WebSocketClient: ClientConstructor = (
  createRequire(import.meta.url)("ws") as { WebSocket: ClientConstructor }
).WebSocket;
