/**
 * Bodies of fetch between host and guest. A Response that a handler answers with stays here, and the guest asks for its
 * body piece by piece; a guest's stream is read the same way round.
 */
import type { SandboxError } from "./errors.ts";
import { knownBody, peek, single, takeShortBody } from "./short-body.ts";

/** Requests of the guest's platform that the library answers itself. */
export const BODY_READ = "__body.read";
export const BODY_CANCEL = "__body.cancel";

/** Pieces are put together up to this size while they are there already. */
const PIECE_BYTES = 256 * 1024;

/** Asks the guest. */
type Call = (method: string, data: unknown) => Promise<unknown>;

interface Download {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** A piece that came too late for the answer before. */
  next: ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]> | undefined;
}

/** The bodies of one guest. */
export class Bodies {
  readonly #call: Call;
  readonly #downloads = new Map<number, Download>();
  #lastId = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  /** What the guest is told of a handler's Response; everything else is told as it is. */
  toAnswer(value: unknown): unknown {
    if (!(value instanceof Response)) return value;
    const { status, statusText, headers, url, redirected } = value;
    return { status, statusText, headers: [...headers], url, redirected, body: this.#offer(value) };
  }

  /** The bytes if they are few and there already; else the number under which the guest asks for them. */
  #offer(response: Response): Uint8Array | { stream: number } | undefined {
    const known = knownBody(response);
    if (known) return known;
    const short = takeShortBody(response);
    const bytes = short && peek(short);
    if (bytes) return bytes;
    const source = short ? new Response(single(short)).body : response.body;
    if (!source) return undefined;
    this.#downloads.set(++this.#lastId, { reader: source.getReader() as Download["reader"], next: undefined });
    return { stream: this.#lastId };
  }

  /** The data of a guest's fetch, with a stream in the place of one that the guest keeps. */
  fromFetch(data: unknown): unknown {
    if (typeof data !== "object" || data === null || !("body" in data)) return data;
    const { body } = data;
    if (typeof body !== "object" || body === null || !("stream" in body) || typeof body.stream !== "number")
      return data;
    return { ...data, body: this.#upload(body.stream) };
  }

  /** Answers BODY_READ and BODY_CANCEL. */
  async answer(method: string, id: unknown): Promise<unknown> {
    const download = this.#downloads.get(id as number);
    if (!download) return null;
    if (method === BODY_CANCEL) {
      this.#downloads.delete(id as number);
      await download.reader.cancel();
      return null;
    }
    try {
      const bytes = await nextPiece(download);
      if (!bytes) this.#downloads.delete(id as number);
      return bytes ?? null;
    } catch (error) {
      this.#downloads.delete(id as number);
      throw error;
    }
  }

  /** The isolate has ended: nobody reads. */
  close(reason: SandboxError): void {
    const downloads = [...this.#downloads.values()];
    this.#downloads.clear();
    for (const { reader } of downloads) void reader.cancel(reason).catch(() => {});
  }

  #upload(id: number): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller): Promise<void> => {
          const chunk = await this.#call(BODY_READ, id);
          if (chunk instanceof Uint8Array) controller.enqueue(chunk);
          else controller.close();
        },
        cancel: async (): Promise<void> => {
          await this.#call(BODY_CANCEL, id).catch(() => {});
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** What is there, at least one piece; undefined at the end. */
async function nextPiece(download: Download): Promise<Uint8Array | undefined> {
  const first = await (download.next ?? download.reader.read());
  download.next = undefined;
  if (first.done) return undefined;
  const pieces = [first.value];
  let bytes = first.value.byteLength;
  while (bytes < PIECE_BYTES) {
    const read = download.reader.read();
    const more = await Promise.race([read, later]);
    if (more === undefined || more.done) {
      // The end, or an error, is for the next answer.
      download.next = read;
      read.catch(() => {});
      break;
    }
    pieces.push(more.value);
    bytes += more.value.byteLength;
  }
  return pieces.length === 1 ? first.value : Buffer.concat(pieces);
}

/** Settled already: a read that loses against it has to wait. */
const later: Promise<undefined> = Promise.resolve(undefined);
