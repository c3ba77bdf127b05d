/**
 * Streams: what is behind a WritableStreamDefaultController.
 * https://streams.spec.whatwg.org/#ws-default-controller-abstract-ops
 */
import { react } from "./promises.ts";
import { Queue, enqueueValueWithSize } from "./queue.ts";
import { type SizeAlgorithm, countSize } from "./strategies.ts";
import { type WritableControllerState, WritableState } from "./writable-state.ts";

/** Calls that end in a sink of the guest's or in one of the platform's; a promise or what is as good as undefined. */
export interface SinkAlgorithms {
  write(chunk: unknown): unknown;
  close(): unknown;
  abort(reason: unknown): unknown;
}

export const noSink: SinkAlgorithms = { write: () => undefined, close: () => undefined, abort: () => undefined };

/** In the queue: the stream ends here. */
const closeSentinel = { __proto__: null };

export class WritableController implements WritableControllerState {
  readonly stream: WritableState;
  readonly #queue = new Queue<unknown>();
  readonly #highWaterMark: number;
  #size: SizeAlgorithm | undefined;
  #algorithms: SinkAlgorithms = noSink;
  started = false;
  /** What became of the controller's AbortSignal, and the guest's part of it if it asked for it. */
  readonly abort: { aborted: boolean; reason: unknown; run: ((reason: unknown) => void) | undefined };

  constructor(stream: WritableState, highWaterMark: number, size: SizeAlgorithm) {
    this.stream = stream;
    this.#highWaterMark = highWaterMark;
    this.#size = size;
    this.abort = { aborted: false, reason: undefined, run: undefined };
    stream.controller = this;
  }

  /** https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller. What `start` throws is thrown. */
  setUp(algorithms: SinkAlgorithms, start: () => unknown): void {
    this.#algorithms = algorithms;
    this.stream.updateBackpressure(this.desiredSize <= 0);
    void react(
      start(),
      () => {
        this.started = true;
        this.#advance();
      },
      (reason) => {
        this.started = true;
        this.stream.dealWithRejection(reason);
      },
    );
  }

  get desiredSize(): number {
    return this.#highWaterMark - this.#queue.totalSize;
  }

  signalAbort(reason: unknown): void {
    if (this.abort.aborted) return;
    this.abort.aborted = true;
    this.abort.reason = reason;
    this.abort.run?.(reason);
  }

  abortSteps(reason: unknown): unknown {
    const promise = this.#algorithms.abort(reason);
    this.#clearAlgorithms();
    return promise;
  }

  errorSteps(): void {
    this.#queue.clear();
  }

  #clearAlgorithms(): void {
    this.#algorithms = noSink;
    this.#size = undefined;
  }

  close(): void {
    this.#queue.push(closeSentinel, 0);
    this.#advance();
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size */
  sizeOf(chunk: unknown): number {
    const size = this.#size;
    if (size === undefined) return 1;
    try {
      return size(chunk);
    } catch (error) {
      this.errorIfNeeded(error);
      return 1;
    }
  }

  write(chunk: unknown, size: number): void {
    try {
      enqueueValueWithSize(this.#queue, chunk, size);
    } catch (error) {
      this.errorIfNeeded(error);
      return;
    }
    const { stream } = this;
    if (!stream.closeQueuedOrInFlight && stream.state === "writable") stream.updateBackpressure(this.desiredSize <= 0);
    this.#advance();
  }

  errorIfNeeded(error: unknown): void {
    if (this.stream.state === "writable") this.error(error);
  }

  error(error: unknown): void {
    this.#clearAlgorithms();
    this.stream.startErroring(error);
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed */
  #advance(): void {
    const { stream } = this;
    if (!this.started || stream.operationInFlight) return;
    if (stream.state === "erroring") return stream.finishErroring();
    if (this.#queue.length === 0) return;
    const value = this.#queue.peek();
    if (value === closeSentinel) this.#processClose();
    else this.#processWrite(value);
  }

  #processClose(): void {
    const { stream } = this;
    stream.markCloseInFlight();
    this.#queue.shift();
    const promise = this.#algorithms.close();
    this.#clearAlgorithms();
    void react(
      promise,
      () => stream.finishInFlightClose(),
      (reason) => stream.failInFlightClose(reason),
    );
  }

  #processWrite(chunk: unknown): void {
    const { stream } = this;
    stream.markFirstWriteInFlight();
    void react(
      this.#algorithms.write(chunk),
      () => {
        stream.finishInFlightWrite();
        const { state } = stream;
        this.#queue.shift();
        if (!stream.closeQueuedOrInFlight && state === "writable") stream.updateBackpressure(this.desiredSize <= 0);
        this.#advance();
      },
      (reason) => {
        if (stream.state === "writable") this.#clearAlgorithms();
        stream.failInFlightWrite(reason);
      },
    );
  }
}

/** https://streams.spec.whatwg.org/#create-writable-stream */
export function createWritable(
  algorithms: SinkAlgorithms,
  highWaterMark = 1,
  size = countSize,
  start: () => unknown = () => undefined,
): WritableState {
  const stream = new WritableState();
  new WritableController(stream, highWaterMark, size).setUp(algorithms, start);
  return stream;
}
