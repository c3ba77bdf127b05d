/**
 * A chat service on loopback: a gateway over WebSocket that bots identify to, with heartbeats, sequence numbers and
 * sessions that can be resumed, and an API over HTTP where they answer.
 */
import type { ServerWebSocket } from "bun";

/** The operations of the gateway's protocol. */
export const Op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** The bot's token. */
export const TOKEN = "bot-token";

interface Session {
  readonly id: string;
  readonly events: { op: number; t: string; s: number; d: unknown }[];
  socket: Socket | undefined;
}
interface SocketData {
  readonly path: string;
  session: Session | undefined;
}
type Socket = ServerWebSocket<SocketData>;

export class ChatGateway implements AsyncDisposable {
  /** What bots did, in order: opens, identifies, resumes with their numbers, closes with their codes. No heartbeats. */
  readonly log: string[] = [];
  /** What they said through the API, in order. */
  readonly said: string[] = [];
  /** The numbers that their heartbeats had. */
  readonly beats: (number | null)[] = [];
  /** Whether heartbeats are acknowledged. */
  acknowledges = true;
  readonly #host: string;
  readonly #heartbeatMs: number;
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new Set<Socket>();
  #waiting: (() => void)[] = [];
  readonly #server = Bun.serve<SocketData, never>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => {
      const { pathname, search } = new URL(request.url);
      if (pathname !== "/gateway") return this.#hear(request);
      const data = { path: pathname + search, session: undefined };
      return server.upgrade(request, { data }) ? undefined : new Response("", { status: 400 });
    },
    websocket: {
      open: (socket) => {
        this.#sockets.add(socket);
        this.#note(`open ${socket.data.path}`);
        this.#send(socket, Op.hello, { heartbeat_interval: this.#heartbeatMs });
      },
      message: (socket, text) => this.#receive(socket, JSON.parse(String(text))),
      close: (socket, code) => {
        this.#sockets.delete(socket);
        const { session } = socket.data;
        if (session?.socket === socket) session.socket = undefined;
        this.#note(`close ${code}`);
      },
    },
  });

  /**
   * @param host - the name that bots know it by
   * @param heartbeatMs - the time between heartbeats; unless given, none is due as long as a test lasts
   */
  constructor(host: string, heartbeatMs = 60_000) {
    this.#host = host;
    this.#heartbeatMs = heartbeatMs;
  }

  get port(): number {
    return this.#server.port!;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Resolves when something is so; looked at whenever anything happens. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Tells all sessions of an event, at once or when they come back. */
  dispatch(type: string, data: unknown): void {
    for (const session of this.#sessions.values()) this.#tell(session, type, data);
  }

  /** Says something to every bot that is connected. */
  tell(op: number, data: unknown = null): void {
    for (const socket of this.#sockets) this.#send(socket, op, data);
  }

  /** Asks for a heartbeat, and waits until there is one that has this number: the bot has got everything up to it. */
  async reached(seq: number): Promise<void> {
    this.tell(Op.heartbeat);
    await this.until(() => this.beats.at(-1) === seq);
  }

  /** Breaks all connections off, without a closing handshake. */
  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Closes all connections. */
  close(code: number): void {
    for (const socket of this.#sockets) socket.close(code);
  }

  /** Forgets all sessions. */
  forget(): void {
    this.#sessions.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #hear(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.headers.get("authorization") !== `Bot ${TOKEN}`) return new Response("", { status: 401 });
    const { content } = (await request.json()) as { content: string };
    this.said.push(`${request.method} ${pathname} ${content}`);
    this.#notify();
    return Response.json({ id: String(this.said.length), content });
  }

  #receive(socket: Socket, { op, d }: { op: number; d: any }): void {
    switch (op) {
      case Op.heartbeat:
        this.beats.push(d);
        if (this.acknowledges) this.#send(socket, Op.heartbeatAck, null);
        this.#notify();
        break;
      case Op.identify:
        this.#note("identify");
        if (d.token !== TOKEN) socket.close(4004, "Authentication failed.");
        else this.#identify(socket);
        break;
      case Op.resume:
        this.#note(`resume ${d.session_id} after ${d.seq}`);
        this.#resume(socket, d);
        break;
      default:
        socket.close(4001, "Unknown opcode.");
    }
  }

  #identify(socket: Socket): void {
    const session: Session = { id: `session-${this.#sessions.size + 1}`, events: [], socket };
    this.#sessions.set(session.id, session);
    socket.data.session = session;
    this.#tell(session, "READY", {
      session_id: session.id,
      resume_gateway_url: `ws://${this.#host}:${this.port}/gateway?resume`,
    });
  }

  #resume(socket: Socket, { session_id: id, seq, token }: { session_id: string; seq: number; token: string }): void {
    const session = this.#sessions.get(id);
    if (session === undefined || token !== TOKEN) return this.#send(socket, Op.invalidSession, false);
    socket.data.session = session;
    session.socket = socket;
    for (const event of session.events) if (event.s > seq) socket.send(JSON.stringify(event));
    this.#tell(session, "RESUMED", null);
  }

  #tell(session: Session, type: string, data: unknown): void {
    const event = { op: Op.dispatch, t: type, s: session.events.length + 1, d: data };
    session.events.push(event);
    session.socket?.send(JSON.stringify(event));
  }

  #send(socket: Socket, op: number, d: unknown): void {
    socket.send(JSON.stringify({ op, d }));
  }

  #note(entry: string): void {
    this.log.push(entry);
    this.#notify();
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
