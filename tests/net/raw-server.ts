/** A server that speaks bytes, whether or not they are HTTP. */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface RawServer extends Disposable {
  readonly url: string;
  /** All that clients have sent, as Latin-1. */
  readonly received: string;
}

/**
 * @param answer - sent when the first bytes have come, or what to do then
 * @param end - whether the connection is closed after it
 */
export async function raw(answer: string | ((socket: Socket) => void), end: boolean): Promise<RawServer> {
  let received = "";
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => (received += data.toString("latin1")));
    socket.once("data", () => {
      if (typeof answer === "string") socket.write(answer, "latin1");
      else answer(socket);
      if (end) socket.destroySoon();
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(tcp.address() as AddressInfo).port}/`,
    get received(): string {
      return received;
    },
    [Symbol.dispose]: () => void tcp.close(),
  };
}

/** Writes a text again and again, until the other side leaves or a great many bytes are written. */
export function flood(socket: Socket, text: string): void {
  const piece = Buffer.from(text, "latin1");
  const most = 100_000_000;
  let written = 0;
  const next = (): void => {
    while (written < most && !socket.destroyed) {
      written += piece.length;
      if (!socket.write(piece)) return void socket.once("drain", next);
    }
  };
  next();
}
