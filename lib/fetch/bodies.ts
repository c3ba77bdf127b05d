/**
 * Bodies of fetch between host and guest. A Response that a handler answers with stays here, and the guest asks for its
 * body piece by piece; a guest's stream is read the same way round.
 */
import { isAscii } from "node:buffer";
import { Latin1 } from "../codec/index.ts";
import type { SandboxError } from "../contract/errors.ts";
import { BODY_CANCEL, BODY_COLLECT, BODY_READ } from "../contract/reserved-names.ts";
import { Chunks } from "./chunks.ts";
import type { FetchResult } from "./fetch-handler.ts";
import { IdleBodies } from "./idle-bodies.ts";
import { knownBody, peek, single, takeShortBody } from "./short-body.ts";

/** Pieces are put together up to this size while they are there already. */
const PIECE_BYTES = 256 * 1024;

/** Bodies that go as text, up to this size. */
const TEXT_BYTES_MAX = 16 * 1024;

/** What a message has besides a piece of a body. */
const AROUND_BYTES = 128;

/** A guest's platform reads one piece at a time, and may give the body up meanwhile. */
const ASKED_MAX = 2;

/** What an unread body takes, besides what of it is here: its stream, and what the system reads ahead. */
const UNREAD_BYTES = 64 * 1024;

/** Counts what is kept on the guest's behalf, in bytes. */
export interface BodyBudget {
  /** @returns whether there is room for it */
  take(bytes: number): boolean;
  release(bytes: number): void;
  refusal(what: string): Error;
}

/** Asks the guest. */
type Call = (method: string, data: unknown) => Promise<unknown>;

interface Download {
  /** The request whose answer tells the guest of it, until the guest has asked for a piece. */
  requestId: number;
  readonly reader: ReadableStreamDefaultReader<unknown>;
  readonly chunks: Chunks;
  /** Whether the guest has been given something, and how often it waits for more. */
  isRead: boolean;
  waiting: number;
  /** What the budget has counted for it. */
  bytes: number;
  /** What was read already. */
  ahead: Uint8Array | undefined;
  /** A piece that came too late for the answer before. */
  next: ReturnType<ReadableStreamDefaultReader<unknown>["read"]> | undefined;
}

/** A stream of the guest's that somebody here may read. */
interface Upload {
  readonly id: number;
  bytes: number;
}

/** A body in an answer: itself, as text if it is ASCII, or the number under which the guest asks for it. */
type Offer = Uint8Array | Latin1 | number | undefined;

/**
 * What the guest is told of a response: a list costs both sides less than an object. Headers are names and values in
 * turn, a line each, which the guest takes apart if it looks at them.
 */
export type FetchAnswer = readonly [
  status: number,
  statusText: string,
  url: string,
  redirected: boolean,
  headers: string,
  body: Offer,
];

/** The bodies of one guest. */
export class Bodies {
  readonly #call: Call;
  readonly #downloads = new Map<number, Download>();
  /** Numbers of bodies that the guest may not know of yet, by request. */
  readonly #unseen = new Map<number, number>();
  readonly #budget: BodyBudget;
  /** Streams of the guest's that are not read to their end, made with the first: most guests have none. */
  #uploads: FinalizationRegistry<Upload> | undefined;
  readonly #idle: IdleBodies;
  #lastId = 0;

  /** What a message has room for. */
  readonly #pieceBytesMax: number;

  /**
   * @param messageBytesMax - of a message to the guest, 0 = unlimited
   */
  constructor(call: Call, budget: BodyBudget, messageBytesMax: number) {
    this.#call = call;
    this.#pieceBytesMax = messageBytesMax === 0 ? Infinity : messageBytesMax - AROUND_BYTES;
    this.#budget = budget;
    this.#idle = new IdleBodies(
      () => this.#downloads.values().some(isIdle),
      () => void this.#collect(),
    );
  }

  async #collect(): Promise<void> {
    try {
      await this.#call(BODY_COLLECT, undefined);
    } catch {
      // The isolate has ended, or has no room.
    }
  }

  /** At once, or when a few microtasks have shown whether all of the body is there. */
  ofResponse(response: Response): FetchAnswer | Promise<FetchAnswer> {
    const { status, statusText } = response;
    // Handlers define these two themselves, as no constructor takes them.
    const url = String(response.url ?? "");
    const redirected = Boolean(response.redirected);
    const headers: string[] = [];
    response.headers.forEach((value, name) => headers.push(name, value));
    const lines = headers.join("\n");
    const answer = (body: Offer): FetchAnswer => [status, statusText, url, redirected, lines, inAnswer(body)];
    const offer = this.#offer(response);
    return offer instanceof Promise ? offer.then((body) => answer(this.#fitting(body))) : answer(this.#fitting(offer));
  }

  /** The same of what became no Response on the way. */
  ofResult({ status, statusText, headers, url, redirected, body }: FetchResult): FetchAnswer {
    const offer = body instanceof ReadableStream ? this.#keep(unread(body)) : this.#fitting(body ?? undefined);
    return [status, statusText, url, redirected, headers.join("\n"), inAnswer(offer)];
  }

  /** The answer is on its way. */
  answered(requestId: number, [, , , , , body]: FetchAnswer): void {
    const download = typeof body === "number" ? this.#downloads.get(body) : undefined;
    if (!download) return;
    download.requestId = requestId;
    this.#unseen.set(requestId, body as number);
  }

  /** The guest gave the request up before its answer came. */
  abandon(requestId: number): void {
    const id = this.#unseen.get(requestId);
    if (id !== undefined) this.forget(id);
  }

  /** Nobody waits for the answer. */
  drop([, , , , , body]: FetchAnswer): void {
    if (typeof body === "number") this.forget(body);
  }

  #offer(response: Response): Offer | Promise<Offer> {
    const known = knownBody(response);
    if (known) return known;
    const short = takeShortBody(response);
    const bytes = short && peek(short);
    if (bytes) return bytes;
    const source = short ? new Response(single(short)).body : response.body;
    if (!source) return undefined;
    const download = unread(source);
    // What comes over the network is read when the guest reads; what a handler has made is mostly there.
    return response.url === "" ? this.#look(download) : this.#keep(download);
  }

  /** Bytes for which an answer has no room beside the headers go piece by piece. */
  #fitting(offer: Offer): Offer {
    if (!(offer instanceof Uint8Array) || offer.byteLength <= this.#pieceBytesMax * 0.75) return offer;
    const download = unread(new ReadableStream({ start: (controller) => controller.close() }));
    download.ahead = offer;
    return this.#keep(download);
  }

  async #look(download: Download): Promise<Offer> {
    const next = readNext(download);
    download.next = next;
    if (Bun.peek.status(next) !== "fulfilled") return this.#keep(download);
    try {
      download.ahead = await nextPiece(download);
    } catch (error) {
      void download.reader.cancel(error).catch(() => {});
      throw error;
    }
    const whole = !download.ahead || (download.next && peek(download.next)?.done);
    return whole ? (download.ahead ?? new Uint8Array()) : this.#keep(download);
  }

  #keep(download: Download): Offer {
    const bytes = UNREAD_BYTES + (download.ahead?.byteLength ?? 0);
    if (!this.#budget.take(bytes)) {
      void download.reader.cancel().catch(() => {});
      throw this.#budget.refusal("the response's body");
    }
    download.bytes = bytes;
    this.#downloads.set(++this.#lastId, download);
    this.#idle.note();
    return this.#lastId;
  }

  /** A stream of the guest's, which is told when nobody here can read it any more. */
  ofGuest(id: number): ReadableStream<Uint8Array> {
    /** With the bytes of the chunk that whoever reads the stream is at work on. */
    const upload: Upload = { id, bytes: 0 };
    const release = (): void => this.#released(upload);
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller): Promise<void> => {
          release();
          const chunk = await this.#call(BODY_READ, id);
          if (chunk instanceof Uint8Array) {
            if (!this.#budget.take(chunk.byteLength)) throw this.#budget.refusal("a chunk of the request's body");
            upload.bytes = chunk.byteLength;
            return controller.enqueue(chunk);
          }
          this.#uploads?.unregister(upload);
          controller.close();
        },
        cancel: async (): Promise<void> => {
          release();
          this.#uploads?.unregister(upload);
          await this.giveUp(id);
        },
      },
      { highWaterMark: 0 },
    );
    this.#uploads ??= new FinalizationRegistry((left) => {
      this.#released(left);
      void this.giveUp(left.id);
    });
    this.#uploads.register(stream, upload, upload);
    return stream;
  }

  #released(upload: Upload): void {
    this.#budget.release(upload.bytes);
    upload.bytes = 0;
  }

  /** Nobody will read a stream of the guest's. */
  async giveUp(id: number): Promise<void> {
    try {
      await this.#call(BODY_CANCEL, id);
    } catch {
      // The isolate has ended, or has no room: its end gives the stream up, too.
    }
  }

  /** Whether there is such a body, and not more than its platform asks of it at a time. */
  mayAnswer(id: unknown): boolean {
    const download = typeof id === "number" ? this.#downloads.get(id) : undefined;
    return download !== undefined && download.waiting < ASKED_MAX;
  }

  /** Nobody will read on. */
  forget(id: unknown): void {
    this.answer(BODY_CANCEL, id).catch(() => {});
  }

  /** Answers BODY_READ and BODY_CANCEL. */
  async answer(method: string, id: unknown): Promise<unknown> {
    const download = typeof id === "number" ? this.#downloads.get(id) : undefined;
    if (!download) return null;
    this.#unseen.delete(download.requestId);
    this.#idle.note();
    if (method === BODY_CANCEL) {
      this.#forget(id as number, download);
      await download.reader.cancel();
      return null;
    }
    download.waiting++;
    try {
      const bytes = this.#cut(download, await nextPiece(download));
      download.isRead = true;
      if (!bytes) this.#forget(id as number, download);
      return bytes ? alone(bytes) : null;
    } catch (error) {
      this.#forget(id as number, download);
      // A chunk that is none is the stream's fault, which does not know of it.
      void download.reader.cancel(error).catch(() => {});
      throw error;
    } finally {
      download.waiting--;
      this.#idle.note();
    }
  }

  /** What of a piece a message has room for; the rest is the next one. */
  #cut(download: Download, piece: Uint8Array | undefined): Uint8Array | undefined {
    if (!piece || piece.byteLength <= this.#pieceBytesMax) return piece;
    download.ahead = piece.subarray(this.#pieceBytesMax);
    return piece.subarray(0, this.#pieceBytesMax);
  }

  #forget(id: number, download: Download): void {
    // Two reads may come to its end.
    if (this.#downloads.delete(id)) this.#budget.release(download.bytes);
  }

  /** The isolate has ended: nobody reads. */
  close(reason: SandboxError): void {
    const downloads = [...this.#downloads.values()];
    for (const [id, download] of [...this.#downloads]) this.#forget(id, download);
    this.#unseen.clear();
    this.#idle.close();
    for (const { reader } of downloads) void reader.cancel(reason).catch(() => {});
  }
}

/** The number of the stream that a guest's fetch keeps for its body, if it does. */
export function uploadOf(data: unknown): number | undefined {
  if (typeof data !== "object" || data === null || !("body" in data)) return undefined;
  const { body } = data;
  if (typeof body !== "object" || body === null || !("stream" in body)) return undefined;
  return typeof body.stream === "number" ? body.stream : undefined;
}

/** Text costs the guest less than bytes, which live outside of its heap, and most of it is read as text. */
function inAnswer(body: Offer): Offer {
  const asText = body instanceof Uint8Array && body.byteLength <= TEXT_BYTES_MAX && isAscii(body);
  if (asText) return new Latin1(body);
  return body instanceof Uint8Array ? alone(body) : body;
}

/** As a Buffer, of which only its own bytes are sent: what else its memory holds is the host's. */
function alone(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

/** For guests that ask by `NETWORK.request`: an object to read. */
export function toPlainAnswer([status, statusText, url, redirected, lines, body]: FetchAnswer): object {
  const list = lines === "" ? [] : lines.split("\n");
  const headers = list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]]] : []));
  const own = body instanceof Latin1 ? body.bytes : typeof body === "number" ? { stream: body } : body;
  return { status, statusText, headers, url, redirected, body: own };
}

function unread(body: ReadableStream): Download {
  const reader = body.getReader() as Download["reader"];
  const rest = { isRead: false, waiting: 0, bytes: 0, ahead: undefined, next: undefined };
  return { requestId: 0, reader, chunks: new Chunks(), ...rest };
}

/** Whether the guest waits for nothing of it, but perhaps for the piece that its platform reads ahead. */
function isIdle({ isRead, waiting }: Download): boolean {
  return waiting === 0 || !isRead;
}

/** Its failure is for whoever asks for it, if anybody does. */
function readNext({ reader }: Download): NonNullable<Download["next"]> {
  const next = reader.read();
  next.catch(() => {});
  return next;
}

/** What is there, at least one piece; undefined at the end. */
async function nextPiece(download: Download): Promise<Uint8Array | undefined> {
  const { ahead, chunks } = download;
  download.ahead = undefined;
  if (ahead) return ahead;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < PIECE_BYTES) {
    const read = (download.next ??= readNext(download));
    // What is not there yet, and an error, are for the next answer if there is something for this one.
    if (bytes > 0 && Bun.peek.status(read) !== "fulfilled") break;
    const { done, value } = await read;
    if (!done) download.next = undefined;
    const piece = done ? chunks.end() : chunks.toBytes(value);
    if (piece.byteLength > 0) pieces.push(piece);
    bytes += piece.byteLength;
    if (done) break;
  }
  return pieces.length > 1 ? Buffer.concat(pieces) : pieces[0];
}
