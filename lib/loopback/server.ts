/** A server on the loopback address. */
import { ListenError } from "../contract/errors.ts";
import type { Listening } from "../contract/listening.ts";
import type { Rules, Verdict } from "./guard.ts";
import { judge, newToken } from "./guard.ts";
import type { ListenSettings } from "./options.ts";

/** What a request asks for, once it may be answered. */
export interface Asked<Socket> {
  readonly request: Request;
  /** Without the token: `"/"`, `"/events"`. */
  readonly path: string;
  /** Whether it had the token, or is one of the paths that need none. */
  readonly hasToken: boolean;
  /** Makes a WebSocket of it. @returns whether it is one now: then nothing is answered */
  upgrade(data: Socket): boolean;
  /** Lets the answer take as long as it takes: the connection is not given up when nothing was sent for a while. */
  keepOpen(): void;
}

/**
 * What a server gives.
 * @typeParam Socket - what belongs to one WebSocket
 */
export interface Service<Socket = undefined> {
  /** Answers a request that may be answered; undefined after an upgrade. */
  answer(asked: Asked<Socket>): Response | undefined | Promise<Response | undefined>;
  /** Origins besides the server's own. */
  readonly origins?: readonly string[];
  /** Paths that are answered without the token; Host and Origin are looked at all the same. */
  readonly isOpen?: (path: string) => boolean;
  /** Its WebSockets, with the bounds of their messages. */
  readonly websocket?: Bun.WebSocketHandler<Socket>;
  /** WebSockets at a time. */
  readonly socketsMax?: number;
  /** Of a request's body, in bytes. */
  readonly bodyBytesMax?: number;
}

/** A request that says nothing for so long is given up, in seconds. */
const IDLE_SECONDS = 30;
const BODY_BYTES_MAX = 64 * 1024;
const SOCKETS_MAX = 64;

/** What every answer says, if it says nothing else: it is not kept, not framed, and loads nothing from anywhere else. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** One that listens. */
export interface LoopbackServer extends Listening {
  /** What its paths begin with. */
  readonly token: string;
}

/**
 * Listens, for this machine alone. What the service throws is an answer without details, and a warning of the process.
 *
 * @typeParam Socket - what belongs to one WebSocket
 * @param doing - how errors name the call
 * @throws ListenError if the port is taken, or not this user's to have
 */
export function serveLoopback<Socket = undefined>(
  { port, hostname }: ListenSettings,
  service: Service<Socket>,
  doing: string,
): LoopbackServer {
  const { answer, origins = [], isOpen = () => false, socketsMax = SOCKETS_MAX } = service;
  const token = newToken();
  let sockets = 0;
  const handler: Bun.WebSocketHandler<Socket> = {
    backpressureLimit: 1024 * 1024,
    closeOnBackpressureLimit: true,
    maxPayloadLength: BODY_BYTES_MAX,
    ...service.websocket,
    message: (socket, message) => service.websocket?.message?.(socket, message),
    open: (socket) => {
      sockets++;
      // Counted here and not before: an upgrade may come to nothing.
      if (sockets > socketsMax) socket.close(1013, "too many connections");
      else return service.websocket?.open?.(socket);
    },
    close: (socket, code, reason) => {
      sockets--;
      return service.websocket?.close?.(socket, code, reason);
    },
  };
  const rules = (own: number): Rules => ({ port: own, token, origins, isOpen });

  const handle = async (request: Request, server: Bun.Server<Socket>): Promise<Response | undefined> => {
    const { headers, url } = request;
    const asking = {
      host: headers.get("host"),
      origin: headers.get("origin"),
      path: new URL(url, "http://127.0.0.1").pathname,
    };
    const verdict: Verdict = judge(asking, rules(server.port ?? port));
    if ("problem" in verdict) return guarded(new Response(`${verdict.problem}\n`, { status: verdict.status }));
    try {
      const answered = await answer({
        ...{ request, ...verdict },
        // The types know no socket that is not named.
        upgrade: (data) => sockets < socketsMax && (server as Bun.Server<unknown>).upgrade(request, { data }),
        keepOpen: () => server.timeout(request, 0),
      });
      return answered && guarded(answered);
    } catch (error) {
      process.emitWarning(`${doing}: an answer failed: ${error instanceof Error ? error.message : String(error)}`);
      return guarded(new Response("The answer failed.\n", { status: 500 }));
    }
  };

  let server: Bun.Server<Socket>;
  try {
    server = Bun.serve<Socket>({
      // Bun shares ports with other programs, unless it is told not to, where it does not develop.
      reusePort: false,
      ...{ port, hostname, development: false, idleTimeout: IDLE_SECONDS, websocket: handler },
      maxRequestBodySize: service.bodyBytesMax ?? BODY_BYTES_MAX,
      fetch: handle,
    } as Bun.Serve.Options<Socket>);
  } catch (cause) {
    throw new ListenError(doing, hostname, port, cause);
  }
  server.unref();
  const own = server.port ?? port;
  const close = async (): Promise<void> => void (await server.stop(true));
  const name = hostname === "::1" ? "[::1]" : hostname;
  return { ...{ port: own, token, close }, url: `http://${name}:${own}/${token}/`, [Symbol.asyncDispose]: close };
}

function guarded(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
