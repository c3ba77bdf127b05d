/** WebSockets that nobody on the host serves. They fail at once, as a fetch without a handler does. */
import { BackpressureError } from "../contract/errors.ts";

/** What a guest's WebSocket sends first. */
export const SOCKET_OPEN = "ws.open";
const SOCKET_EVENT = "__ws_event";

/** As many as a guest's platform makes. Whoever sends more of these messages is not it, and waits for no answer. */
const WAITING_MAX = 1024;

/** Refuses those of one guest. */
export class UnservedSockets {
  readonly #send: (event: string, data: unknown) => void;
  /** Connections that a full mailbox had no room to refuse. */
  #waiting: unknown[] = [];

  /** @param send - to the guest. It throws BackpressureError while there is no room */
  constructor(send: (event: string, data: unknown) => void) {
    this.#send = send;
  }

  /** @param data - the message that asks for a connection */
  refuse(data: unknown): void {
    if (typeof data !== "object" || data === null || !("conn_id" in data) || typeof data.conn_id !== "number") return;
    if (this.#waiting.length > 0 || !this.#tell(data.conn_id)) this.#wait(data.conn_id);
  }

  /** There is room again. @returns whether all could be told */
  flush(): boolean {
    let told = 0;
    while (told < this.#waiting.length && this.#tell(this.#waiting[told])) told++;
    this.#waiting = this.#waiting.slice(told);
    return this.#waiting.length === 0;
  }

  #wait(connection: number): void {
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(connection);
  }

  /** To a socket that is connecting an error is the end. @returns false if the mailbox is full */
  #tell(connection: unknown): boolean {
    const message = "The host does not handle WebSockets.";
    try {
      this.#send(SOCKET_EVENT, { conn_id: connection, event_type: "error", data: { message, code: "ERR_NO_HANDLER" } });
      return true;
    } catch (error) {
      if (error instanceof BackpressureError) return false;
      throw error;
    }
  }
}
