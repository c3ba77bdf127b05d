/** A server of raw bytes that breaks off wherever it is told to: the path says which bytes, how many, and how it ends. */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** How a connection ends: in order, by a reset, either of them later than the bytes, or after bytes that come singly. */
export const ENDINGS = ["end", "reset", "end-later", "reset-later", "drip"] as const;

export interface BrokenServer extends Disposable {
  /** `host:port` */
  readonly host: string;
}

/** Some lengths of a text, both ends among them. */
export function cuts(length: number, count: number): number[] {
  const step = Math.max(1, Math.ceil(length / count));
  return [...Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step), length];
}

/**
 * Answers `GET /name/cut/ending`.
 *
 * @param bytesOf - what a client's head gets of a name's bytes
 */
export async function breakOff(bytesOf: (name: string, head: string) => Buffer): Promise<BrokenServer> {
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    let head = "";
    const onData = (data: Buffer): void => {
      head += data.toString("latin1");
      // Whoever wants TLS gets an alert for it.
      const isTls = head.charCodeAt(0) === 22;
      if (!isTls && !head.includes("\r\n\r\n")) return;
      socket.off("data", onData).resume();
      if (isTls) return void socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 40]));
      const [, name = "", cut, ending = ""] = head.split(" ")[1]!.split("/");
      answer(socket, bytesOf(name, head).subarray(0, Number(cut)), ending);
    };
    socket.on("data", onData);
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => void tcp.close(),
  };
}

function answer(socket: Socket, bytes: Buffer, ending: string): void {
  const finish = (): void => void (ending.startsWith("reset") ? socket.resetAndDestroy() : socket.end());
  const whenSent = (): void => void (ending.endsWith("later") ? setTimeout(finish, 3) : finish());
  if (ending === "drip") return drip(socket, bytes);
  if (bytes.length === 0) whenSent();
  else socket.write(bytes, whenSent);
}

function drip(socket: Socket, bytes: Buffer): void {
  const step = Math.max(1, Math.ceil(bytes.length / 50));
  let sent = 0;
  const next = (): void => {
    if (sent >= bytes.length || socket.destroyed) return void socket.end();
    socket.write(bytes.subarray(sent, (sent += step)));
    setImmediate(next);
  };
  next();
}
