// A chat bot over a gateway: hello, identify, heartbeats with acknowledgements, dispatches in sequence; when the
// connection breaks off, is declared dead or is sent away, it comes back and resumes where it was. It answers by fetch.
import { network } from "./network.ts";

export interface Access {
  /** Of the chat service, without a scheme. */
  readonly host: string;
  readonly token: string;
}

interface Payload {
  readonly op: number;
  readonly d: any;
  readonly s?: number;
  readonly t?: string;
}

const enum Op {
  dispatch = 0,
  heartbeat = 1,
  identify = 2,
  resume = 6,
  reconnect = 7,
  invalidSession = 9,
  hello = 10,
  heartbeatAck = 11,
}

/** Closes after which there is no use in coming back: the token or the bot is wrong. */
const FATAL: ReadonlySet<number> = new Set([4004, 4010, 4011, 4012, 4013, 4014]);
/** Closed by the bot, which will resume: 1000 and 1001 would end the session. */
const WILL_RESUME = 4000;

class Bot {
  readonly #access: Access;
  readonly #over = Promise.withResolvers<string>();
  #socket: WebSocket | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #acknowledged = true;
  #session: { readonly id: string; readonly url: string } | undefined;
  #seq: number | null = null;
  #failures = 0;
  #stopped = false;
  /** Answers are given one after the other. */
  #answering: Promise<void> = Promise.resolve();

  constructor(access: Access) {
    this.#access = access;
  }

  /** @returns why it stopped */
  run(): Promise<string> {
    this.#connect();
    return this.#over.promise;
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close(1000, "Good night.");
  }

  #connect(): void {
    const socket = new WebSocket(this.#session?.url ?? `ws://${this.#access.host}/gateway`);
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      // What a connection that was given up still has to say is said again by the next one.
      if (socket === this.#socket) this.#receive(JSON.parse(data) as Payload);
    };
    socket.onclose = ({ code, reason }: CloseEvent) => {
      clearInterval(this.#beat);
      network.send("closed", code);
      if (this.#stopped) return this.#over.resolve("stopped");
      if (FATAL.has(code)) return this.#over.resolve(`${code} ${reason}`);
      setTimeout(() => this.#connect(), Math.min(2 ** this.#failures++, 100));
    };
  }

  #receive({ op, d, s, t }: Payload): void {
    switch (op) {
      case Op.hello:
        this.#startBeating(d.heartbeat_interval);
        if (this.#session === undefined) this.#identify();
        else this.#send(Op.resume, { token: this.#access.token, session_id: this.#session.id, seq: this.#seq });
        break;
      case Op.heartbeat:
        this.#send(Op.heartbeat, this.#seq);
        break;
      case Op.heartbeatAck:
        this.#acknowledged = true;
        break;
      case Op.reconnect:
        this.#socket!.close(WILL_RESUME);
        break;
      case Op.invalidSession:
        if (d !== true) this.#session = undefined;
        this.#seq = null;
        this.#identify();
        break;
      case Op.dispatch:
        this.#seq = s!;
        this.#dispatch(t!, d);
        break;
    }
  }

  #startBeating(intervalMs: number): void {
    this.#acknowledged = true;
    this.#beat = setInterval(() => {
      if (!this.#acknowledged) {
        // The connection is open and dead.
        network.send("zombie", this.#seq);
        clearInterval(this.#beat);
        this.#socket!.close(WILL_RESUME);
        return;
      }
      this.#acknowledged = false;
      this.#send(Op.heartbeat, this.#seq);
    }, intervalMs);
  }

  #identify(): void {
    const properties = { os: "network-runtime", browser: navigator.userAgent, device: "" };
    this.#send(Op.identify, { token: this.#access.token, intents: 513, properties });
  }

  #dispatch(type: string, data: any): void {
    if (type === "READY") this.#session = { id: data.session_id, url: data.resume_gateway_url };
    if (type === "READY" || type === "RESUMED") this.#failures = 0;
    if (type === "MESSAGE_CREATE") {
      const sum = /^!add (-?\d+) (-?\d+)$/.exec(data.content);
      if (sum) this.#answer(data.channel_id, String(Number(sum[1]) + Number(sum[2])));
    }
    network.send("event", `${type} ${this.#seq}`);
  }

  #answer(channel: string, content: string): void {
    this.#answering = this.#answering.then(async () => {
      const response = await fetch(`http://${this.#access.host}/channels/${channel}/messages`, {
        method: "POST",
        headers: { authorization: `Bot ${this.#access.token}`, "content-type": "application/json" },
        body: JSON.stringify({ content }),
      });
      network.send("answered", ((await response.json()) as { id: string }).id);
    });
  }

  #send(op: Op, d: unknown): void {
    this.#socket!.send(JSON.stringify({ op, d }));
  }
}

let bot: Bot;

/** Runs the bot until it is stopped or sent away for good. @returns why it ended */
export function run(access: Access): Promise<string> {
  bot = new Bot(access);
  return bot.run();
}

/** Stops it. */
export function stop(): void {
  bot.stop();
}
