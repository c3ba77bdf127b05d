/**
 * HTTP/1.1 as the tests need it: whatever bytes a handler writes are what is sent, well-formed or not. One request a
 * connection.
 */
import { type Server, type Socket, createServer } from "node:net";

/** Names and values are text of one byte a character, as they came. */
export class Query {
  readonly #pairs: (readonly [string, string])[];

  constructor(search: string) {
    this.#pairs = search
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [name = "", ...rest] = pair.split("=");
        return [percentDecode(name), percentDecode(rest.join("="))] as const;
      });
  }

  has(name: string): boolean {
    return this.#pairs.some(([key]) => key === name);
  }

  first(name: string, fallback = ""): string {
    return this.#pairs.find(([key]) => key === name)?.[1] ?? fallback;
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#pairs[Symbol.iterator]();
  }
}

function percentDecode(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_whole, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

export interface WireRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Query;
  /** Without the "?". */
  readonly search: string;
  /** The lines of the header section, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** All values of a header, combined; undefined if there is none. */
  header(name: string): string | undefined;
}

export type Headers = readonly (readonly [string, string])[];

/** The answer to one request. Text is written as one byte a character. */
export class WireResponse {
  readonly socket: Socket;
  #closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("close", () => (this.#closed = true));
  }

  /** The peer has gone, or the response is over. */
  get closed(): boolean {
    return this.#closed;
  }

  head(status: number | string, reason: string, headers: Headers): void {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("")}Connection: close\r\n\r\n`);
  }

  write(bytes: string | Uint8Array): void {
    if (!this.#closed) this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  end(): void {
    this.socket.end();
  }

  /** A whole response. */
  send(
    body: string | Uint8Array = "",
    {
      status = 200,
      reason = "OK",
      headers = [],
    }: { status?: number | string; reason?: string; headers?: Headers } = {},
  ): void {
    this.head(status, reason, [...headers, ["Content-Length", String(body.length)]]);
    this.write(body);
    this.end();
  }
}

/** Answers requests; what it throws ends the connection. */
export type Handler = (request: WireRequest, response: WireResponse) => void | Promise<void>;

/** A server on a port of its own. `handler` also gets requests to upgrade. */
export async function listen(handler: Handler): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => {
    // Clients that leave are what some tests are about.
    socket.on("error", () => socket.destroy());
    void serve(socket, handler).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return { port: address.port, server };
}

async function serve(socket: Socket, handler: Handler): Promise<void> {
  const reader = new SocketReader(socket);
  const head = await reader.until("\r\n\r\n");
  if (head === undefined) return void socket.destroy();
  const [requestLine = "", ...rawHeaders] = head.split("\r\n");
  const [method = "", target = ""] = requestLine.split(" ");
  const pairs = rawHeaders.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const header = (name: string): string | undefined => {
    const values = pairs.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(", ");
  };
  const [path = "", ...rest] = target.split("?");
  const search = rest.join("?");
  const body =
    header("transfer-encoding") === "chunked"
      ? await readChunks(reader)
      : await reader.take(Number(header("content-length") ?? 0));
  reader.release();
  await handler({ method, path, query: new Query(search), search, rawHeaders, body, header }, new WireResponse(socket));
}

async function readChunks(reader: SocketReader): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const length = parseInt((await reader.until("\r\n")) ?? "0", 16);
    const chunk = await reader.take(length);
    await reader.until("\r\n");
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk);
  }
}

/** Bytes of a socket as they are asked for. */
class SocketReader {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onEnd);
  }

  readonly #onData = (data: Buffer): void => {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    this.#wake();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake();
  };

  /** Text up to a delimiter, which is taken too; undefined if it does not come. */
  async until(delimiter: string): Promise<string | undefined> {
    let at: number;
    while ((at = this.#bytes.indexOf(delimiter)) < 0) if (!(await this.#more())) return undefined;
    return (await this.take(at + delimiter.length)).toString("latin1", 0, at);
  }

  /** @throws Error if there are fewer bytes */
  async take(length: number): Promise<Buffer> {
    while (this.#bytes.length < length) if (!(await this.#more())) throw new Error("The request broke off.");
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** What comes from now on is somebody else's. */
  release(): void {
    this.#socket.off("data", this.#onData);
    if (this.#bytes.length > 0) this.#socket.unshift(this.#bytes);
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    return true;
  }
}
