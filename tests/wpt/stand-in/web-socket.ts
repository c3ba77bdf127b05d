/** WebSockets as the tests need them, frame by frame. https://www.rfc-editor.org/rfc/rfc6455 */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import type { WireRequest, WireResponse } from "./wire.ts";

const enum Opcode {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10,
}

/** What a close frame says; undefined: nothing. */
export type CloseStatus = { readonly code: number; readonly reason: string } | undefined;

/** The server's end of a connection. */
export class Connection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #message: Buffer[] = [];
  #opcode = Opcode.Text;
  #closing = false;
  #peerClosed = false;
  #paused = false;
  /** A whole message. */
  onmessage: (data: Buffer, binary: boolean) => void = () => {};
  /** The peer closes: who does not answer by `close` leaves it waiting. */
  onclose: (status: CloseStatus) => void = (status) => this.close(status);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (data: Buffer) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#drain();
    });
  }

  send(data: string | Uint8Array): void {
    this.#frame(typeof data === "string" ? Opcode.Text : Opcode.Binary, Buffer.from(data as string));
  }

  ping(): void {
    this.#frame(Opcode.Ping, Buffer.from("ping"));
  }

  /** Sends a close frame. The connection ends when both have. */
  close(status: CloseStatus): void {
    if (this.#closing) return;
    this.#closing = true;
    const code = Buffer.alloc(2);
    code.writeUInt16BE(status?.code ?? 0);
    this.#frame(
      Opcode.Close,
      status === undefined ? Buffer.alloc(0) : Buffer.concat([code, Buffer.from(status.reason)]),
    );
    if (this.#peerClosed) this.#socket.end();
  }

  abort(): void {
    this.#socket.destroy();
  }

  /** Nothing more is read, not even from the socket, until `resume`. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
    this.#drain();
  }

  #drain(): void {
    while (!this.#paused && this.#takeFrame());
  }

  /** @returns false if the next frame is not there yet */
  #takeFrame(): boolean {
    const bytes = this.#received;
    if (bytes.length < 2) return false;
    let length = bytes[1]! & 0x7f;
    let at = 2;
    if (length === 126 || length === 127) {
      at = length === 126 ? 4 : 10;
      if (bytes.length < at) return false;
      length = at === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    }
    // Clients mask.
    if (bytes.length < at + 4 + length) return false;
    const mask = bytes.subarray(at, at + 4);
    const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
    for (let index = 0; index < length; index++) payload[index]! ^= mask[index & 3]!;
    this.#received = bytes.subarray(at + 4 + length);
    this.#take(bytes[0]! & 0x0f, (bytes[0]! & 0x80) !== 0, payload);
    return true;
  }

  #take(opcode: number, final: boolean, payload: Buffer): void {
    switch (opcode) {
      case Opcode.Ping:
        return this.#frame(Opcode.Pong, payload);
      case Opcode.Pong:
        return;
      case Opcode.Close: {
        const status =
          payload.length < 2 ? undefined : { code: payload.readUInt16BE(), reason: payload.toString("utf8", 2) };
        this.#peerClosed = true;
        if (this.#closing) this.#socket.end();
        else this.onclose(status);
        return;
      }
      default:
        if (opcode !== Opcode.Continuation) this.#opcode = opcode;
        this.#message.push(payload);
        if (!final) return;
        const message = Buffer.concat(this.#message);
        this.#message = [];
        this.onmessage(message, this.#opcode === Opcode.Binary);
    }
  }

  #frame(opcode: Opcode, payload: Buffer): void {
    const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    head[1] = head.length === 2 ? payload.length : head.length === 4 ? 126 : 127;
    if (head.length === 4) head.writeUInt16BE(payload.length, 2);
    if (head.length === 10) head.writeBigUInt64BE(BigInt(payload.length), 2);
    if (this.#socket.writable) this.#socket.write(Buffer.concat([head, payload]));
  }
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 */
export function accept(request: WireRequest, response: WireResponse, protocol: string | undefined): Connection {
  const key = request.header("sec-websocket-key") ?? "";
  const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const chosen = protocol === undefined ? "" : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
  response.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n${chosen}\r\n`,
  );
  return new Connection(response.socket);
}
