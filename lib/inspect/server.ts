/** The server that front ends connect to: a list of isolates, and a WebSocket for each. */
import { createServer, STATUS_CODES } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { ListenError } from "../contract/errors.ts";
import type { InspectSettings, InspectorServer } from "../contract/inspect.ts";
import type { IsolateCore } from "../core/isolate-core.ts";
import type { SandboxCore } from "../core/sandbox-core.ts";
import type { Verdict } from "../loopback/guard.ts";
import { judge, newToken } from "../loopback/guard.ts";
import { Connection } from "./connection.ts";
import { targetsOf, version } from "./targets.ts";

/** Front ends at once, of one server. */
const CONNECTIONS_MAX = 64;
/** Bytes of a command: the text of a script that is edited in DevTools. */
const COMMAND_BYTES_MAX = 4 * 1024 * 1024;
/** Of Chrome's own DevTools. Programs send none. */
const ORIGINS: readonly string[] = ["devtools://devtools", "chrome-devtools://devtools"];

type Refusal = Extract<Verdict, { readonly problem: string }>;

/**
 * Listens.
 *
 * @param core - whose isolates are debugged
 * @param versions - of the package and of V8
 * @throws ListenError if the port cannot be listened on
 */
export async function listen<Isolate extends object>(
  core: SandboxCore<Isolate>,
  settings: InspectSettings,
  versions: { readonly networkRuntime: string; readonly v8: string },
): Promise<InspectorServer> {
  const inspector = new Inspector(core, settings, versions);
  await inspector.listen();
  return inspector;
}

class Inspector<Isolate extends object> implements InspectorServer {
  readonly #core: SandboxCore<Isolate>;
  readonly #settings: InspectSettings;
  readonly #versions: { readonly networkRuntime: string; readonly v8: string };
  readonly #token = newToken();
  readonly #http: Server = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: COMMAND_BYTES_MAX, perMessageDeflate: false });
  readonly #connections = new Set<Connection>();
  /** Isolates that were told to wait. */
  readonly #waiting = new Set<IsolateCore<Isolate>>();
  readonly #watcher = (isolate: IsolateCore<Isolate>): void => {
    isolate.inspector.wait();
    this.#waiting.add(isolate);
    void isolate.ended.promise.then(() => this.#waiting.delete(isolate));
  };
  #closing: Promise<void> | undefined;
  port = 0;

  constructor(
    core: SandboxCore<Isolate>,
    settings: InspectSettings,
    versions: { readonly networkRuntime: string; readonly v8: string },
  ) {
    this.#core = core;
    this.#settings = settings;
    this.#versions = versions;
    this.#http.on("upgrade", (request, socket: Duplex, head) => this.#upgrade(request, socket, head));
  }

  async listen(): Promise<void> {
    const { port, hostname } = this.#settings;
    const listening = Promise.withResolvers<void>();
    this.#http.once("error", listening.reject);
    this.#http.listen(port, hostname, () => listening.resolve());
    try {
      await listening.promise;
    } catch (cause) {
      throw new ListenError("inspect()", hostname, port, cause);
    }
    this.port = (this.#http.address() as AddressInfo).port;
    // Isolates keep the process alive, or do not: whoever might debug them is no reason.
    this.#http.unref();
    if (this.#settings.waitForDebugger) this.#core.watchers.add(this.#watcher);
    void this.#core.finished.promise.then(() => this.close());
  }

  get url(): string {
    return `http://${this.#address}/${this.#token}`;
  }

  get #address(): string {
    const { hostname } = this.#settings;
    return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${this.port}`;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#core.watchers.delete(this.#watcher);
    for (const connection of this.#connections) connection.disconnect();
    for (const isolate of this.#waiting) isolate.inspector.release();
    this.#waiting.clear();
    const closed = Promise.withResolvers<void>();
    this.#http.close(() => closed.resolve());
    this.#http.closeAllConnections();
    await closed.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const verdict = this.#judge(request);
    if ("problem" in verdict) return refuse(response, verdict);
    if (request.method !== "GET") return refuse(response, { status: 405, problem: "Only GET is answered." });
    const address = `${this.#address}/${this.#token}`;
    switch (verdict.path) {
      case "/json":
      case "/json/":
      case "/json/list":
        return give(response, targetsOf(this.#core.livingCores(), address));
      case "/json/version":
        return give(response, version(this.#versions));
      default:
        return refuse(response, { status: 404, problem: "There are /json/list and /json/version." });
    }
  }

  #judge({ headers, url = "/" }: IncomingMessage): Verdict {
    const { host = null, origin } = headers;
    const isOpen = (path: string): boolean => this.#settings.discovery && /^\/json(?:\/|$)/.test(path);
    const [path] = url.split("?", 1);
    return judge(
      { host, origin: origin ?? null, path: path! },
      { port: this.port, token: this.#token, origins: ORIGINS, isOpen },
    );
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const verdict = this.#judge(request);
    if ("problem" in verdict) return hangUp(socket, verdict);
    const [, id] = /^\/(\d{1,10})$/.exec(verdict.path) ?? [];
    const core = id === undefined ? undefined : this.#core.livingCore(Number(id));
    if (!core) return hangUp(socket, { status: 404, problem: "There is no such isolate." });
    if (this.#connections.size >= CONNECTIONS_MAX) {
      return hangUp(socket, { status: 503, problem: `There are ${CONNECTIONS_MAX} connections.` });
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#connect(core, webSocket));
  }

  #connect(core: IsolateCore<Isolate>, webSocket: WebSocket): void {
    const connection = new Connection(core, {
      send: (text, sent) => webSocket.send(text, () => sent()),
      close: (code, reason) => webSocket.close(code, reason),
      terminate: () => webSocket.terminate(),
    });
    this.#connections.add(connection);
    webSocket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) webSocket.close(1003, "commands are text");
      else connection.receive(data.toString("utf8"));
    });
    // A frame that is none, or is too long: it closes by itself.
    webSocket.on("error", () => {});
    webSocket.on("close", () => {
      this.#connections.delete(connection);
      connection.closed();
    });
  }
}

function give(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json; charset=UTF-8", "Cache-Control": "no-cache" });
  response.end(JSON.stringify(body, undefined, 2));
}

function refuse(response: ServerResponse, { status, problem }: Refusal): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=UTF-8" });
  response.end(`${problem}\n`);
}

function hangUp(socket: Duplex, { status, problem }: Refusal): void {
  const body = `${problem}\n`;
  const headers = `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`);
}
