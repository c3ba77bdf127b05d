/** Stands for the WebSocket handlers of web-platform-tests, by their paths. */
import { sleep } from "bun";
import { type Connection, accept } from "./web-socket.ts";
import type { Handler, WireRequest, WireResponse } from "./wire.ts";

/** The subprotocols that the client offers. */
function offered(request: WireRequest): string[] {
  return (request.header("sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim());
}

/** Accepts without a subprotocol, then `use`s the connection. */
function plain(use: (connection: Connection, request: WireRequest) => void): Handler {
  return (request, response) => use(accept(request, response, undefined), request);
}

function echo(request: WireRequest, response: WireResponse): void {
  const connection = accept(request, response, offered(request).includes("echo") ? "echo" : undefined);
  connection.onmessage = (data, binary) => {
    connection.send(binary ? data : data.toString());
    if (!binary && data.toString() === "Goodbye") connection.close({ code: 1000, reason: "" });
  };
}

/** Says what `answer` finds in the request. */
function tell(answer: (request: WireRequest) => string): Handler {
  return plain((connection, request) => {
    connection.send(answer(request));
    connection.close({ code: 1000, reason: "" });
  });
}

/** Agrees to a subprotocol and says it. */
function protocol(choose: (offered: string[]) => string | undefined): Handler {
  return (request, response) => {
    const chosen = choose(offered(request));
    const connection = accept(request, response, chosen);
    connection.send(String(chosen));
    connection.close({ code: 1000, reason: "" });
  };
}

function remoteClose(connection: Connection, { query }: WireRequest): void {
  if (query.has("abrupt")) {
    connection.ping();
    return connection.abort();
  }
  connection.close(
    query.has("code") ? { code: Number(query.first("code")), reason: query.first("reason") } : undefined,
  );
}

function delayedClose(connection: Connection): void {
  connection.onclose = (status) => void sleep(1000).then(() => connection.close(status));
}

/** Reads a message each tenth of a second, and says how long it was. */
function slowReader(connection: Connection): void {
  connection.pause();
  const next = (): void => void sleep(100).then(() => connection.resume());
  connection.onmessage = (data) => {
    connection.pause();
    connection.send(String(data.length));
    next();
  };
  next();
}

function basicAuthentication(request: WireRequest, response: WireResponse): void {
  if (request.header("authorization") === `Basic ${btoa("foo:bar")}`) return void accept(request, response, undefined);
  const headers = [["WWW-Authenticate", 'Basic realm="camelot"']] as const;
  response.send("", { status: 401, reason: "Unauthorized", headers });
}

const closeAtOnce = plain((connection) => connection.close({ code: 1000, reason: "" }));

export const sockets: Readonly<Record<string, Handler>> = {
  "/basic_auth": basicAuthentication,
  "/delayed-passive-close": plain(delayedClose),
  "/echo": echo,
  "/echo-query": tell(({ search }) => search),
  "/handshake_no_extensions": closeAtOnce,
  "/handshake_no_protocol": closeAtOnce,
  "/handshake_sleep_2": async (request, response) => {
    await sleep(2000);
    accept(request, response, undefined);
  },
  "/invalid": (_request, response) => {
    response.write("FOO BAR BAZ\r\n\r\n");
    response.end();
  },
  "/origin": tell((request) => request.header("origin") ?? "None"),
  "/protocol": protocol((protocols) => protocols.join(", ")),
  "/protocol_array": protocol(([first]) => first),
  "/receive-many-with-backpressure": plain(slowReader),
  "/referrer": tell((request) => request.header("referer") ?? "MISSING AS PER FETCH"),
  "/remote-close": plain(remoteClose),
};
