/** A GraphQL server on loopback: queries by POST, subscriptions as server-sent events and over WebSocket. */
import type { ServerWebSocket } from "bun";
import { buildSchema, execute, graphql, parse, subscribe } from "graphql";
import type { ExecutionResult } from "graphql";
import { handleProtocols, makeHandler } from "graphql-ws/use/bun";

const schema = buildSchema(`
  type Book { id: ID!, title: String!, pages: Int, secret: String }
  type Query { book(id: ID!): Book, books: [Book!]! }
  type Mutation { rename(id: ID!, title: String!): Book!, drop: Boolean! }
  type Subscription { count(to: Int!): Int!, ticks: Int! }
`);

/** The token it takes. */
export const TOKEN = "token-1";

export interface GraphqlServer extends AsyncDisposable {
  readonly port: number;
  /** What came, in order: names of operations by POST, messages' types over WebSocket, closes with their codes. */
  readonly log: string[];
  /** Resolves when nobody listens to the endless subscription any more. @returns ticks that were sent */
  readonly stopped: Promise<number>;
  /** Resolves when all WebSockets are closed. */
  closed(): Promise<void>;
}

export function startGraphql(): GraphqlServer {
  const log: string[] = [];
  const books = new Map([
    ["1", { id: "1", title: "Räuber", pages: 200 }],
    ["2", { id: "2", title: "Q & A", pages: null }],
  ]);
  const stopped = Promise.withResolvers<number>();
  const sockets = new Set<ServerWebSocket>();
  let dropped = Promise.withResolvers<void>();
  let onClosed: (() => void)[] = [];
  let drops = 0;

  const roots = {
    book: ({ id }: { id: string }) => {
      const book = books.get(id);
      const secret = (): never => {
        throw new Error("Not for you.");
      };
      return book && { ...book, secret };
    },
    books: () => [...books.values()],
    rename: ({ id, title }: { id: string; title: string }) => {
      const book = { ...books.get(id)!, title };
      books.set(id, book);
      return book;
    },
    /** All WebSockets break off, without a closing handshake. */
    drop: () => {
      drops++;
      for (const socket of sockets) socket.terminate();
      dropped.resolve();
      return true;
    },
    /** Numbers from 0; they stop at 3 until the connection has been dropped once. */
    async *count({ to }: { to: number }) {
      for (let index = 0; index < to; index++) {
        if (index === 3 && drops === 0 && sockets.size > 0) await dropped.promise;
        yield { count: index };
      }
    },
    async *ticks() {
      let sent = 0;
      try {
        for (;;) {
          yield { ticks: sent++ };
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        stopped.resolve(sent);
      }
    },
  };

  const subscribed = makeHandler({
    execute,
    subscribe,
    schema,
    roots: { query: roots, mutation: roots, subscription: roots },
    onConnect: ({ connectionParams }) => connectionParams?.["token"] === TOKEN,
    onSubscribe: (_context, _id, { operationName }) => void log.push(`subscribe ${operationName}`),
    onComplete: () => void log.push("complete"),
  });

  async function post(request: Request): Promise<Response> {
    if (request.headers.get("authorization") !== TOKEN) return new Response("Who are you?", { status: 401 });
    const { query, variables, operationName } = (await request.json()) as any;
    log.push(operationName);
    if (!request.headers.get("accept")?.startsWith("text/event-stream")) {
      const result = await graphql({
        schema,
        source: query,
        rootValue: roots,
        variableValues: variables,
        operationName,
      });
      return Response.json(result, { headers: { "content-type": "application/graphql-response+json" } });
    }
    const results = await subscribe({ schema, document: parse(query), rootValue: roots, variableValues: variables });
    return new Response(toEvents(results as AsyncGenerator<ExecutionResult>), {
      headers: { "content-type": "text/event-stream" },
    });
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch(request, self) {
      const protocol = request.headers.get("sec-websocket-protocol");
      if (protocol === null) return post(request);
      const chosen = handleProtocols(protocol);
      if (chosen === false) return new Response("Unknown protocol", { status: 400 });
      return self.upgrade(request, { headers: { "sec-websocket-protocol": chosen } }) ? undefined : new Response();
    },
    websocket: {
      ...subscribed,
      open(socket) {
        sockets.add(socket);
        log.push("open");
        return subscribed.open!(socket);
      },
      async close(socket, code, reason) {
        sockets.delete(socket);
        log.push(`close ${code}`);
        await subscribed.close!(socket, code, reason);
        if (sockets.size === 0) onClosed.splice(0).forEach((resolve) => resolve());
      },
    },
  });
  return {
    port: server.port!,
    log,
    stopped: stopped.promise,
    closed: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => onClosed.push(resolve))),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md, one connection for each operation. */
function toEvents(results: AsyncGenerator<ExecutionResult>): ReadableStream<string> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await results.next();
      controller.enqueue(done ? "event: complete\ndata:\n\n" : `event: next\ndata: ${JSON.stringify(value)}\n\n`);
      if (done) controller.close();
    },
    cancel: () => void results.return(undefined),
  });
}
