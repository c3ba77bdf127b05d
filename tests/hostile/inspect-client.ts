/** A client of an inspector that keeps to no rule: what it sends is text, what it gets it need not read. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import type { InspectorServer, Isolate } from "../../lib/index.ts";

/** A WebSocket, or what pretends to be one. */
export function open(server: InspectorServer, isolate: Isolate): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace("http:", "ws:")}/${isolate.id}`);
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  socket.onopen = () => resolve(socket);
  socket.onerror = () => reject(new Error("the connection was refused"));
  return promise;
}

/** The code a connection is closed with. */
export function closed(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => (socket.onclose = ({ code }) => resolve(code)));
}

/** Asks a client's question. @returns what it is answered, as JSON */
export function ask(socket: WebSocket, id: number, method: string, params?: object): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  const handler = ({ data }: MessageEvent): void => {
    const message = JSON.parse(String(data)) as Record<string, unknown>;
    if (message.id !== id) return;
    socket.removeEventListener("message", handler);
    resolve(message);
  };
  socket.addEventListener("message", handler);
  socket.addEventListener("close", () => reject(new Error("closed")));
  socket.send(JSON.stringify({ id, method, params }));
  return promise;
}

/** The beginning of a connection over TCP, upgraded and not read from. */
export async function openRaw(server: InspectorServer, isolate: Isolate): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(server.port, "127.0.0.1", resolve);
  socket.on("error", reject);
  await promise;
  const path = `${new URL(server.url).pathname}/${isolate.id}`;
  const upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13";
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${upgrade}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  return socket;
}

/** A text as a frame, which is masked by zeros. */
export function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 65_535) throw new RangeError("a frame of these tests is short");
  const isShort = payload.length < 126;
  const head = isShort ? [0x81, 0x80 | payload.length] : [0x81, 0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}
