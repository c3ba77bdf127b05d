/** A host whose guest speaks to its helpers as the platform does, with whatever values there are. Silent unless broken. */
import { V8Sandbox } from "network-runtime";
import { fetchProxy, webSocketGateway } from "network-runtime/net";

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("x".repeat(100_000))),
  websocket: { message: (socket, message) => void socket.send(message) },
});
const origin = `127.0.0.1:${server.port}`;
const sandbox = new V8Sandbox({ threads: 1 });
const isolate = await sandbox.createIsolate();
const gateway = webSocketGateway(isolate, { allow: [`ws://${origin}`], maxConnections: 0 });
isolate.onRequest("fetch", fetchProxy({ allow: [`http://${origin}`], maxConcurrent: 0 }));

// Each member of each message takes each of these in turn, at a connection that is open.
await isolate.evaluate(`(async () => {
  const odd = [undefined, null, 0, -1, 1, 1000, 1001, 3000, 3000.5, 4999, 5000, NaN, 1e400, "", "x".repeat(124), "é".repeat(62),
    "\\ud800", "\\0", "a b", "x".repeat(100_000), {}, [], [[]], [{ toString: 1 }], { toString: 1, valueOf: 1 }, new Array(9),
    new Map(), new Set(), new Date(NaN), new Uint8Array(3), new ArrayBuffer(0), new Error("x"), 10n, true, Object(1)];
  const open = () => new Promise((resolve, reject) => {
    const socket = new WebSocket("ws://${origin}/");
    socket.onopen = () => resolve(socket);
    socket.onerror = ({ message }) => reject(new Error(message));
  });
  // The platform counts its connections from 1.
  let connection = 0;
  const sockets = [];
  for (const one of odd) {
    for (const message of [{ code: 1000, reason: one }, { code: one, reason: "x" }, { data: one }]) {
      sockets.push(await open());
      NETWORK.send("data" in message ? "ws.send" : "ws.close", { conn_id: ++connection, ...message });
    }
    NETWORK.send("ws.open", { conn_id: one, url: "ws://${origin}/" });
    NETWORK.send("ws.open", { conn_id: -connection, url: one });
    NETWORK.send("ws.open", { conn_id: -connection - 0.5, url: "ws://${origin}/", protocols: one, origin: one });
    NETWORK.send("ws.open", { conn_id: -connection - 0.25, url: "ws://${origin}/", protocols: [one] });
    for (const event of ["ws.open", "ws.send", "ws.close"]) NETWORK.send(event, one);
  }
  const url = "http://${origin}/";
  const asked = odd.flatMap((one) => [
    one, { url: one }, { url, method: one }, { url, headers: one }, { url, headers: [one] }, { url, headers: { [String(typeof one)]: one } },
    { url, method: "POST", body: one }, { url, method: "POST", body: { stream: one } }, { url, body: { stream: 1 } }, { url, redirect: one },
  ]);
  const requests = ["fetch", "__fetch"].flatMap((method) => asked.map((data) => NETWORK.request(method, data)));
  for (let body = -1; body < 200; body++) {
    for (const method of ["__body.read", "__body.read", "__body.cancel", "__body.read"]) requests.push(NETWORK.request(method, body));
  }
  for (const method of ["__body.read", "__body.cancel"]) for (const one of odd) requests.push(NETWORK.request(method, one));
  await Promise.allSettled(requests);
  for (const socket of sockets) socket.close();
})()`);
gateway.close();
sandbox.shutdown();
await server.stop(true);
