/** The worker's WebSockets are connections of the host's, to where it allows. */
import { V8Sandbox } from "network-runtime";
import { WebSocket } from "ws";

// Stands in for wss://gateway.example.com.
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("", { status: 400 })),
  websocket: { message: (socket, message) => void socket.send(`{ "got": ${String(message)} }`) },
});
const gateway = `ws://127.0.0.1:${server.port}`;

using sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();
const wsConnections = new Map<number, WebSocket>();

worker.on("ws.open", ({ conn_id, url }) => {
  // Validate URL
  if (!url.startsWith(gateway)) {
    worker.send("__ws_event", { conn_id, event_type: "error", data: { message: "Invalid gateway URL" } });
    return;
  }

  // Connect to real gateway
  const ws = new WebSocket(url);
  wsConnections.set(conn_id, ws);

  ws.on("open", () => {
    worker.send("__ws_event", { conn_id, event_type: "open" });
  });

  ws.on("message", (data) => {
    worker.send("__ws_event", { conn_id, event_type: "message", data: data.toString() });
  });

  ws.on("close", () => {
    if (!worker.destroyed) {
      worker.send("__ws_event", {
        conn_id,
        event_type: "close",
        data: { code: 1000, reason: "Connection closed" },
      });
    }
    wsConnections.delete(conn_id);
  });
});

worker.on("ws.send", ({ conn_id, data }) => {
  const ws = wsConnections.get(conn_id);
  if (ws) ws.send(data);
});

worker.on("ws.close", ({ conn_id }) => {
  const ws = wsConnections.get(conn_id);
  if (ws) ws.close();
  wsConnections.delete(conn_id);
});

worker.on("print", (line) => console.log(line));
worker.onRequest("gateway", () => gateway);

await worker.evaluate(`
  const refused = new WebSocket('wss://evil.example');
  await new Promise((resolve) => refused.addEventListener('error', (event) => {
    NETWORK.send('print', 'Error: ' + event.message);
    resolve();
  }));

  const ws = new WebSocket(await NETWORK.request('gateway'));

  ws.addEventListener('open', () => {
    NETWORK.send('print', 'Connected!');
    ws.send(JSON.stringify({ op: 2, d: { token: 'xxx' } }));
  });

  ws.addEventListener('message', (event) => {
    const payload = JSON.parse(event.data);
    NETWORK.send('print', 'Received: ' + JSON.stringify(payload));
    ws.close();
  });

  await new Promise((resolve) => ws.addEventListener('close', (event) => {
    NETWORK.send('print', 'Closed: ' + event.code + ' ' + event.reason);
    resolve();
  }));
`);

await server.stop(true);
