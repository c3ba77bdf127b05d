/** The way to the guest: encodes work, posts it in order, and turns the engine's refusals into errors. */
import { ByteSink, encodeList, encodeListed, encodePair, encodeValue } from "../codec/index.ts";
import type { Part } from "../codec/index.ts";
import { BackpressureError, EngineError, MessageTooLargeError } from "../contract/errors.ts";
import type { IsolateLimits } from "../contract/options.ts";
import { PostKind, Status } from "../engine/engine.ts";
import type { EngineSandbox, IsolateHandle } from "../engine/engine.ts";
import type { HostBudget } from "./host-budget.ts";
import type { HostError } from "./host-error.ts";
import type { Script } from "./script.ts";
import { encodeSource } from "./source.ts";

/** An answer the full mailbox refused: the guest waits for it, so it is kept until there is room. */
interface Unsent {
  readonly kind: PostKind;
  readonly encoding: number;
  readonly requestId: number;
  readonly bytes: Uint8Array;
}

/** What an answer that waits takes besides its bytes. */
const UNSENT_BYTES = 128;

/** What waits is sent for so long at a time, in milliseconds: each is a copy. */
const FLUSH_MS = 2;

/** A buffer beyond this is not kept for the next message. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

const utf8 = new TextEncoder();
let spareSink: ByteSink | undefined = new ByteSink();

/** Encoding runs getters, and they may send themselves: then the spare buffer is taken and another one is made. */
function takeSink(): ByteSink {
  const sink = spareSink ?? new ByteSink();
  spareSink = undefined;
  sink.reset();
  return sink;
}

function giveBack(sink: ByteSink): void {
  if (sink.bytes.length <= KEPT_BYTES_MAX) spareSink = sink;
  else spareSink ??= new ByteSink();
}

/** One isolate's mailbox. */
export class Mailbox {
  readonly #engine: EngineSandbox;
  readonly #handle: IsolateHandle;
  readonly #owner: string;
  readonly #limits: IsolateLimits;
  readonly #budget: HostBudget;
  readonly #drained: () => void;
  #unsent: Unsent[] = [];
  /** Whether the rest of what waits is sent in the event loop's next turn. */
  #flushing = false;

  /**
   * @param owner - how errors name the isolate
   * @param budget - what waits is counted there
   * @param drained - hears that there is room again, and nothing waits any more
   */
  constructor(
    engine: EngineSandbox,
    handle: IsolateHandle,
    owner: string,
    limits: IsolateLimits,
    budget: HostBudget,
    drained: () => void,
  ) {
    this.#engine = engine;
    this.#handle = handle;
    this.#owner = owner;
    this.#limits = limits;
    this.#budget = budget;
    this.#drained = drained;
  }

  /**
   * Each of the following returns whether the work was queued; it was not if the engine has already ended the isolate
   * and its last events are still on their way.
   * @throws BackpressureError, MessageTooLargeError
   */
  script(doing: string, kind: PostKind, script: Script, requestId: number): boolean {
    const { encoding, bytes } = encodeSource(script);
    return this.#post(doing, kind, encoding, requestId, bytes, bytes.length);
  }

  /** The same for a script in which names are bound. @throws also DataCloneError */
  scriptWith(args: object, doing: string, kind: PostKind, script: Script, requestId: number): boolean {
    const sink = takeSink();
    try {
      encodeValue(args, sink);
      const { encoding, bytes } = encodeSource(script, sink.bytes.subarray(0, sink.length));
      return this.#post(doing, kind, encoding, requestId, bytes, bytes.length);
    } finally {
      giveBack(sink);
    }
  }

  /** @throws also DataCloneError */
  pair(doing: string, kind: PostKind, name: string, data: unknown, requestId: number): boolean {
    const sink = takeSink();
    try {
      const encoding = encodePair(name, data, sink);
      return this.#post(doing, kind, encoding, requestId, sink.bytes, sink.length);
    } finally {
      giveBack(sink);
    }
  }

  /** Sets local time and Intl's default locale; before any other work. */
  locale(doing: string, timeZone: string, locale: string): boolean {
    const bytes = utf8.encode(`${timeZone}\0${locale}`);
    return this.#post(doing, PostKind.Locale, 0, 0, bytes, bytes.length);
  }

  /** Switches the guest's console on or off. */
  console(doing: string, on: boolean): boolean {
    return this.#post(doing, PostKind.Console, 0, on ? 1 : 0, null, 0);
  }

  /**
   * Answers a guest's request. While the mailbox is full, answers wait for it, as far as the host keeps them.
   *
   * @param listed - as the only element of a list
   * @param bytesMax - what it may have
   * @throws DataCloneError, MessageTooLargeError, LimitError
   */
  respond(requestId: number, value: unknown, listed = false, bytesMax = Infinity): void {
    this.#respondWith(requestId, (sink) => {
      const encoding = listed ? encodeListed(value, sink) : encodeValue(value, sink);
      if (sink.length > bytesMax) throw tooMuch(sink.length, bytesMax);
      return encoding;
    });
  }

  /** The same with a list of the library's own. @throws MessageTooLargeError, LimitError */
  respondList(requestId: number, list: readonly Part[]): void {
    this.#respondWith(requestId, (sink) => encodeList(list, sink));
  }

  /** Answers a guest's request with an error; with a shorter one if that is too large. */
  respondError(requestId: number, error: HostError): void {
    try {
      this.#answerError(requestId, error);
    } catch (refused) {
      if (!(refused instanceof MessageTooLargeError)) throw refused;
      this.#answerError(requestId, {
        name: refused.name,
        message: "The host's error is too large.",
        code: refused.code,
      });
    }
  }

  /** There is room again: sends the answers that waited for it, not all of them in one turn of the event loop. */
  flush(): void {
    if (this.#flushing) return;
    const deadline = performance.now() + FLUSH_MS;
    let sent = 0;
    let full = false;
    for (const { kind, encoding, requestId, bytes } of this.#unsent) {
      full = this.#engine.post(this.#handle, kind, encoding, requestId, bytes, bytes.length) === Status.Full;
      if (full) break;
      this.#budget.release(bytes.length + UNSENT_BYTES);
      sent++;
      if (performance.now() >= deadline) break;
    }
    if (sent > 0) this.#unsent = this.#unsent.slice(sent);
    if (this.#unsent.length === 0) this.#drained();
    // A full mailbox says when it has room.
    else if (!full) this.#flushSoon();
  }

  #flushSoon(): void {
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.flush();
    });
  }

  /** Drops what waits. */
  close(): void {
    for (const { bytes } of this.#unsent) this.#budget.release(bytes.length + UNSENT_BYTES);
    this.#unsent = [];
  }

  #respondWith(requestId: number, encode: (sink: ByteSink) => number, kind: PostKind = PostKind.Response): void {
    const sink = takeSink();
    try {
      this.#answer(kind, encode(sink), requestId, sink.bytes, sink.length);
    } finally {
      giveBack(sink);
    }
  }

  #answerError(requestId: number, error: HostError): void {
    this.#respondWith(requestId, (sink) => encodeValue(error, sink), PostKind.ResponseError);
  }

  #answer(kind: PostKind, encoding: number, requestId: number, bytes: Uint8Array, length: number): void {
    const status =
      this.#unsent.length > 0 ? Status.Full : this.#engine.post(this.#handle, kind, encoding, requestId, bytes, length);
    if (status !== Status.Full) {
      this.#check("the answer to a request", status, length);
      return;
    }
    // Errors are small and few, and whoever waits has to hear of something.
    if (kind === PostKind.ResponseError) this.#budget.add(length + UNSENT_BYTES);
    else if (!this.#budget.take(length + UNSENT_BYTES)) throw this.#budget.refusal("the answer");
    // A copy: the sink is used again.
    this.#unsent.push({ kind, encoding, requestId, bytes: new Uint8Array(bytes.subarray(0, length)) });
  }

  #post(
    doing: string,
    kind: PostKind,
    encoding: number,
    requestId: number,
    bytes: Uint8Array | null,
    length: number,
  ): boolean {
    // What waits was posted earlier, and the order is kept.
    const status =
      this.#unsent.length > 0 ? Status.Full : this.#engine.post(this.#handle, kind, encoding, requestId, bytes, length);
    return status === Status.Ok || this.#check(doing, status, length);
  }

  #check(doing: string, status: number, length: number): boolean {
    const { mailboxBytesMax, messageBytesMax } = this.#limits;
    switch (status) {
      case Status.Ok:
        return true;
      case Status.Stale:
      case Status.Shutdown:
        return false;
      case Status.TooLarge:
        throw this.#tooLarge(doing, length, "messageBytesMax", messageBytesMax);
      case Status.Full:
        if (mailboxBytesMax > 0 && length > mailboxBytesMax) {
          throw this.#tooLarge(doing, length, "mailboxBytesMax", mailboxBytesMax);
        }
        throw new BackpressureError(
          `${doing}: the mailbox of ${this.#owner} is full (mailboxBytesMax is ${mailboxBytesMax}). ` +
            'Nothing was queued. Try again after onSystem("drain"), or raise the limit.',
        );
      default:
        throw new EngineError(`${doing}: the engine refused ${length} bytes for ${this.#owner} (status ${status}).`);
    }
  }

  #tooLarge(doing: string, length: number, limit: string, value: number): MessageTooLargeError {
    return new MessageTooLargeError(
      `${doing}: ${length} bytes are too many for ${this.#owner} (${limit} is ${value}). Send less at a time, or raise the limit.`,
    );
  }
}

/** For the guest, which may ask for less. */
function tooMuch(bytes: number, bytesMax: number): MessageTooLargeError {
  return new MessageTooLargeError(
    `The answer has ${bytes} bytes, and may have ${bytesMax} (answerBytesMax). Ask for less.`,
  );
}
