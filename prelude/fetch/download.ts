/**
 * The host's side of fetch: bodies of responses, which stay with the host and are asked for piece by piece. No web
 * specification.
 *
 * One that nobody can reach any more is given up: its connection, and its turn at the network, are for others. So what
 * lives longer than a turn - a signal, a request that waits for its answer - holds a download weakly; only an answer that
 * the guest may wait for holds it.
 */
import { callPlace } from "../core/call-place.ts";
import { Op } from "../core/engine.ts";
import {
  FinalizationRegistryRegister,
  FinalizationRegistryUnregister,
  NativeFinalizationRegistry,
  NativeWeakRef,
  WeakRefDeref,
} from "../core/primordials.ts";
import type { AbortAlgorithm, AbortState } from "../events/abort-state.ts";
import { answerInternally, sendRequest } from "../network/network.ts";
import { createByteStream } from "../streams/byte-tee.ts";
import { Deferred } from "../streams/promises.ts";
import type { ByteController } from "../streams/readable-byte-controller.ts";
import { newReadableStream } from "../streams/readable-stream.ts";
import { toView } from "../streams/views.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { Body, endStream } from "./body.ts";
import { toFetchError } from "./fetch-error.ts";

/** What is read of a response's body before the guest asks: small ones hold nothing up when the guest never does. */
const readAheadBytes = 16 * 1024;

/** What is left to do when a download is gone. */
interface Remains {
  readonly id: unknown;
  readonly signal: AbortState | undefined;
  readonly algorithm: AbortAlgorithm | undefined;
}

/** Made with the first download: a snapshot keeps none. */
let registry: FinalizationRegistry<Remains> | undefined;
/** Downloads that are not at their end. */
let openCount = 0;

function startRegistry(): FinalizationRegistry<Remains> {
  // The host asks when bodies lie there unread: an isolate that does nothing collects nothing by itself.
  answerInternally("__body.collect", () => {
    if (openCount > 0) op(Op.CollectGarbage);
  });
  return new NativeFinalizationRegistry<Remains>(({ id, signal, algorithm }) => {
    openCount--;
    signal?.remove(algorithm);
    giveUpDownload(id);
  });
}

/** Tells the host that nobody reads a body. */
export function giveUpDownload(id: unknown): void {
  try {
    sendRequest("__body.cancel", id, undefined, nothing, nothing);
  } catch {
    // Too many requests are pending: the host has the body until the isolate ends.
  }
}

function nothing(): void {}

/** Where the answer to a read goes. */
class Answer {
  readonly #weak: WeakRef<Download>;
  #strong: Download | undefined;

  constructor(download: Download) {
    this.#weak = new NativeWeakRef(download);
  }

  /** Somebody may wait for it. */
  keep(download: Download): void {
    this.#strong = download;
  }

  /** undefined: nobody wants it, and the host has been told. */
  get download(): Download | undefined {
    return this.#strong ?? WeakRefDeref(this.#weak);
  }
}

/** Outside of Download, whose methods' functions would hold it. */
function requestPiece(id: unknown, answer: Answer): void {
  const fail = (error: unknown): void => answer.download?.fail(toFetchError(error));
  try {
    const request = sendRequest("__body.read", id, undefined, (chunk) => answer.download?.take(chunk), fail);
    request.place = callPlace();
  } catch (error) {
    fail(error);
  }
}

function failOnAbort(signal: AbortState, id: unknown, weak: WeakRef<Download>): AbortAlgorithm | undefined {
  return signal.add(() => {
    WeakRefDeref(weak)?.fail(signal.reason);
    giveUpDownload(id);
  });
}

class Download {
  readonly #id: unknown;
  readonly #signal: AbortState | undefined;
  readonly #algorithm: AbortAlgorithm | undefined;
  readonly controller: ByteController;
  /** Whether the guest has the stream: what is read from then on may be waited for. */
  #seen = false;
  #answer: Answer | undefined;
  #pulled: Deferred | undefined;
  #ended = false;

  constructor(id: unknown, signal: AbortState | undefined) {
    this.#id = id;
    this.#signal = signal;
    this.#algorithm = signal && failOnAbort(signal, id, new NativeWeakRef<Download>(this));
    this.controller = createByteStream({ pull: () => this.#pull(), cancel: () => this.#cancel() }, readAheadBytes);
    registry ??= startRegistry();
    FinalizationRegistryRegister(registry, this, { id, signal, algorithm: this.#algorithm }, this);
    openCount++;
  }

  see(): void {
    this.#seen = true;
    this.#answer?.keep(this);
  }

  take(chunk: unknown): void {
    this.#settle();
    if (this.controller.stream.state !== "readable") return;
    const bytes = bytesOf(chunk);
    if (bytes !== undefined) return this.controller.enqueue(toView(bytes, ""));
    this.#end();
    endStream(this.controller);
  }

  fail(reason: unknown): void {
    this.#settle();
    this.#end();
    this.controller.error(reason);
  }

  #pull(): Promise<undefined> {
    const pulled = new Deferred();
    const answer = new Answer(this);
    if (this.#seen) answer.keep(this);
    this.#pulled = pulled;
    this.#answer = answer;
    requestPiece(this.#id, answer);
    return pulled.promise;
  }

  #settle(): void {
    this.#pulled?.resolve(undefined);
    this.#pulled = undefined;
    this.#answer = undefined;
  }

  #cancel(): void {
    this.#end();
    giveUpDownload(this.#id);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    openCount--;
    FinalizationRegistryUnregister(registry!, this);
    this.#signal?.remove(this.#algorithm);
  }
}

/** A body of the host's, read as the guest reads. */
export function download(id: unknown, signal: AbortState | undefined): Body {
  const one = new Download(id, signal);
  return new Body(undefined, newReadableStream(one.controller.stream), undefined, signal, () => one.see());
}
