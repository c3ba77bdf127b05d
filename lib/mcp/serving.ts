/** The transports of servers. */
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Listening, ListenOptions } from "../contract/listening.ts";
import { resolveListenOptions } from "../loopback/options.ts";
import { serveLoopback } from "../loopback/server.ts";
import type { CodeServerOptions } from "./code-server.ts";
import { codeServer, serverOptionNames } from "./code-server.ts";

/** Of a request's body, and so of a program, in bytes. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Serves a client over the standard streams of this process, which print nothing else then.
 *
 * @param options - of the server
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * import { serveStdio } from "network-runtime/mcp";
 *
 * await serveStdio({ tools });
 * ```
 */
export async function serveStdio(options: CodeServerOptions = {}): Promise<void> {
  await codeServer(options).connect(new StdioServerTransport());
}

/**
 * Answers requests of streamable HTTP, for a server of the host's own, which says who may ask. Each request is by itself: there
 * are no sessions.
 *
 * @param options - of the server
 * @returns for `Bun.serve({ routes: { "/mcp": … } })`, Hono, Elysia
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * import { httpHandler } from "network-runtime/mcp";
 *
 * const handle = httpHandler({ tools });
 * Bun.serve({ routes: { "/mcp": (request) => (isAllowed(request) ? handle(request) : new Response("", { status: 401 })) } });
 * ```
 */
export function httpHandler(options: CodeServerOptions = {}): (request: Request) => Promise<Response> {
  // What is wrong with the options is told here.
  codeServer(options);
  return async (request) => {
    // A client that wants to hear of what nobody says would keep a connection for it.
    if (request.method !== "POST") return new Response("POST it.\n", { status: 405, headers: { allow: "POST" } });
    const server = codeServer(options);
    const transport = new WebStandardStreamableHTTPServerTransport({
      ...{ enableJsonResponse: true, maxRequestBodySize: BODY_BYTES_MAX },
    });
    request.signal.addEventListener("abort", () => void server.close());
    await server.connect(transport);
    try {
      return await transport.handleRequest(request);
    } finally {
      await server.close();
    }
  };
}

/**
 * Serves streamable HTTP on this machine's own address, to whoever has the server's: it holds a token.
 *
 * @param options - of the server, and where it listens
 * @returns the server's `url`, and `close()`
 * @throws ListenError if the port is taken; ArgumentError, OptionError
 * @example
 * ```ts
 * import { serveHttp } from "network-runtime/mcp";
 *
 * const { url } = serveHttp({ tools, port: 8091 });
 * ```
 */
export function serveHttp(options: CodeServerOptions & ListenOptions = {}): Listening {
  const doing = "serveHttp()";
  const listen = resolveListenOptions(options, serverOptionNames, doing);
  const { port: _, hostname: __, ...ofServer } = options;
  const handle = httpHandler(ofServer);
  const { port, url, close } = serveLoopback(
    listen,
    {
      bodyBytesMax: BODY_BYTES_MAX,
      answer: ({ request, path, keepOpen }) => {
        if (path !== "/") return new Response("There is nothing.\n", { status: 404 });
        keepOpen();
        return handle(request);
      },
    },
    doing,
  );
  return { ...{ port, url, close }, [Symbol.asyncDispose]: close };
}
