import { networkLine, partOfHost } from "./network.ts";

const FACTOR = 0.5;
const BYTES = 64 * 1024;
const COUNT = 500;
/** Sent before the first comes back. */
const AHEAD = 4;

export const gatewayEcho = networkLine({
  name: "gateway-echo",
  title: "WebSocket messages of 64 KiB echoed",
  unit: "/s",
  goal: partOfHost(FACTOR, "in the host (ws)"),
  program: `(origin, WebSocket) => new Promise((resolve, reject) => {
    const socket = new WebSocket(origin.replace("http", "ws") + "/echo");
    socket.binaryType = "arraybuffer";
    const message = new Uint8Array(${BYTES});
    let sent = 0;
    let received = 0;
    const send = () => {
      sent++;
      socket.send(message);
    };
    socket.onopen = () => {
      while (sent < ${AHEAD}) send();
    };
    socket.onmessage = ({ data }) => {
      if (data.byteLength !== ${BYTES}) reject(new Error("cut off"));
      if (sent < ${COUNT}) send();
      if (++received === ${COUNT}) socket.close();
    };
    socket.onerror = ({ message }) => reject(new Error(message));
    socket.onclose = () => resolve(received);
  })`,
});
