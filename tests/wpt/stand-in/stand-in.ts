/**
 * Stands for the project's own server, wptserve: the checkout's files, what some of its scripts do, and WebSockets, on
 * loopback and over plain HTTP.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import type { Server } from "node:net";
import { join, normalize, relative } from "node:path";
import { type Site, substitute } from "../site.ts";
import { eventStreams } from "./event-streams.ts";
import { type ScriptHandler, scripts } from "./handlers.ts";
import { sockets } from "./sockets.ts";
import { Stash } from "./stash.ts";
import { type Headers, type WireRequest, type WireResponse, listen } from "./wire.ts";

const handlers: Readonly<Record<string, ScriptHandler>> = { ...scripts, ...eventStreams };
/** Ports of the project's server that serve the same: two of HTTP, one of WebSockets. */
const PORTS = 3;

export class StandIn implements AsyncDisposable {
  readonly site: Site;
  readonly #servers: readonly Server[];

  private constructor(site: Site, servers: readonly Server[]) {
    this.site = site;
    this.#servers = servers;
  }

  static async start(checkout: string): Promise<StandIn> {
    const stash = new Stash();
    const answer = (request: WireRequest, response: WireResponse): void | Promise<void> =>
      serve(checkout, site, stash, request, response);
    const started = await Promise.all(Array.from({ length: PORTS }, () => listen(answer)));
    const [http, http2, ws] = started.map(({ port }) => port) as [number, number, number];
    const site: Site = { host: "localhost", ports: { http: [http, http2], ws: [ws] } };
    return new StandIn(
      site,
      started.map(({ server }) => server),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) server.close();
  }
}

function serve(
  checkout: string,
  site: Site,
  stash: Stash,
  request: WireRequest,
  response: WireResponse,
): void | Promise<void> {
  if (request.header("upgrade")?.toLowerCase() === "websocket") {
    const socket = sockets[request.path];
    return socket === undefined ? notFound(response) : socket(request, response);
  }
  const script = handlers[request.path];
  return script === undefined ? serveFile(checkout, site, request, response) : script(request, response, stash);
}

function notFound(response: WireResponse): void {
  response.send("", { status: 404, reason: "Not Found", headers: [["Content-Type", "text/plain"]] });
}

/** With the headers of a file of that name and `.headers`; as it is if it is `.asis`, substituted if it asks for that. */
function serveFile(checkout: string, site: Site, request: WireRequest, response: WireResponse): void {
  const path = join(checkout, normalize(decodeURIComponent(request.path)));
  const outside = relative(checkout, path).startsWith("..");
  // Scripts that nothing stands for are not there at all.
  if (outside || path.endsWith(".py") || !existsSync(path) || !statSync(path).isFile()) return notFound(response);
  const bytes = readFileSync(path);
  if (path.endsWith(".asis")) {
    response.write(bytes);
    return response.end();
  }
  const pipe = request.query.first("pipe");
  const substituted = path.includes(".sub.") || pipe === "sub";
  const body = substituted ? substitute(bytes.toString("latin1"), site, (name) => request.header(name) ?? "") : bytes;
  const status = /\bstatus\((\d+)\)/.exec(pipe)?.[1] ?? "200";
  response.send(body, { status, headers: [["Content-Type", typeOf(path)], ...headersOf(path, site), ...piped(pipe)] });
}

/** https://web-platform-tests.org/writing-tests/server-pipes.html: its headers. */
function piped(pipe: string): Headers {
  return [...pipe.matchAll(/\bheader\(([^,)]*),([^)]*)\)/g)].map(([, name = "", value = ""]) => [name, value]);
}

function typeOf(path: string): string {
  if (path.endsWith(".event_stream")) return "text/event-stream";
  return Bun.file(path).type;
}

function headersOf(path: string, site: Site): Headers {
  const plain = `${path}.headers`;
  const file = existsSync(plain) ? plain : `${path}.sub.headers`;
  if (!existsSync(file)) return [];
  const lines = substitute(readFileSync(file, "latin1"), site).split(/\r?\n/);
  return lines
    .filter((line) => line.includes(":"))
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const);
}
