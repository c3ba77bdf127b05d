/**
 * Streams: what is behind a WritableStream and its writers. https://streams.spec.whatwg.org/#ws-all-abstract-ops
 */
import { NativeTypeError } from "../core/primordials.ts";
import { Deferred, Signal, react, rejectedPromise, resolvedPromise } from "./promises.ts";
import { Queue } from "./queue.ts";

/** https://streams.spec.whatwg.org/#pending-abort-request */
class PendingAbort extends Deferred {
  readonly reason: unknown;
  readonly wasAlreadyErroring: boolean;

  constructor(reason: unknown, wasAlreadyErroring: boolean) {
    super();
    this.reason = reason;
    this.wasAlreadyErroring = wasAlreadyErroring;
  }
}

/** What the states ask of the controller; writable-controller.ts has it. */
export interface WritableControllerState {
  readonly started: boolean;
  readonly desiredSize: number;
  sizeOf(chunk: unknown): number;
  write(chunk: unknown, size: number): void;
  close(): void;
  signalAbort(reason: unknown): void;
  abortSteps(reason: unknown): unknown;
  errorSteps(): void;
  errorIfNeeded(error: unknown): void;
}

export class WriterState {
  stream: WritableState | undefined;
  ready: Signal;
  closed: Signal;

  /** https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer, after the check for a lock. */
  constructor(stream: WritableState) {
    this.stream = stream;
    stream.writer = this;
    this.closed = new Signal();
    if (stream.state === "writable") {
      this.ready = !stream.closeQueuedOrInFlight && stream.backpressure ? new Signal() : Signal.resolved();
    } else if (stream.state === "erroring") {
      this.ready = Signal.rejected(stream.storedError);
    } else if (stream.state === "closed") {
      this.ready = Signal.resolved();
      this.closed.resolve();
    } else {
      this.ready = Signal.rejected(stream.storedError);
      this.closed.reject(stream.storedError);
    }
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-ready-promise-rejected */
  rejectReady(reason: unknown): void {
    if (this.ready.pending) this.ready.reject(reason);
    else this.ready = Signal.rejected(reason);
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-closed-promise-rejected */
  rejectClosed(reason: unknown): void {
    if (this.closed.pending) this.closed.reject(reason);
    else this.closed = Signal.rejected(reason);
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size */
  get desiredSize(): number | null {
    const stream = this.stream!;
    if (stream.state === "errored" || stream.state === "erroring") return null;
    return stream.state === "closed" ? 0 : stream.controller.desiredSize;
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-writer-release */
  release(): void {
    const reason = new NativeTypeError("The writer was released, and can no longer be used to watch the stream.");
    this.rejectReady(reason);
    this.rejectClosed(reason);
    this.stream!.writer = undefined;
    this.stream = undefined;
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-writer-write */
  write(chunk: unknown): Promise<undefined> {
    const stream = this.stream!;
    const { controller } = stream;
    const size = controller.sizeOf(chunk);
    // Computing the size may have run the guest.
    if (stream !== this.stream) {
      return rejectedPromise(new NativeTypeError("The writer was released, and can no longer be written to."));
    }
    if (stream.state === "errored") return rejectedPromise(stream.storedError);
    if (stream.closeQueuedOrInFlight || stream.state === "closed") {
      return rejectedPromise(new NativeTypeError("The stream is closing or closed, and can no longer be written to."));
    }
    if (stream.state === "erroring") return rejectedPromise(stream.storedError);
    const request = new Deferred();
    stream.writeRequests.push(request);
    controller.write(chunk, size);
    return request.promise;
  }
}

export class WritableState {
  state: "writable" | "erroring" | "errored" | "closed" = "writable";
  backpressure = false;
  closeRequest: Deferred | undefined;
  controller!: WritableControllerState;
  #inFlightWrite: Deferred | undefined;
  #inFlightClose: Deferred | undefined;
  #pendingAbort: PendingAbort | undefined;
  storedError: unknown = undefined;
  writer: WriterState | undefined;
  readonly writeRequests = new Queue<Deferred>();

  get locked(): boolean {
    return this.writer !== undefined;
  }

  get closeQueuedOrInFlight(): boolean {
    return this.closeRequest !== undefined || this.#inFlightClose !== undefined;
  }

  get operationInFlight(): boolean {
    return this.#inFlightWrite !== undefined || this.#inFlightClose !== undefined;
  }

  /** https://streams.spec.whatwg.org/#writable-stream-abort */
  abort(reason: unknown): Promise<undefined> {
    if (this.#ended()) return resolvedPromise(undefined);
    this.controller.signalAbort(reason);
    // The signal's listeners may have run the guest.
    if (this.#ended()) return resolvedPromise(undefined);
    if (this.#pendingAbort !== undefined) return this.#pendingAbort.promise;
    const wasAlreadyErroring = this.state === "erroring";
    const pending = new PendingAbort(wasAlreadyErroring ? undefined : reason, wasAlreadyErroring);
    this.#pendingAbort = pending;
    if (!wasAlreadyErroring) this.startErroring(reason);
    return pending.promise;
  }

  #ended(): boolean {
    return this.state === "closed" || this.state === "errored";
  }

  /** https://streams.spec.whatwg.org/#writable-stream-close */
  close(): Promise<undefined> {
    if (this.#ended()) return rejectedPromise(new NativeTypeError("The stream is closed or errored already."));
    const request = new Deferred();
    this.closeRequest = request;
    if (this.writer !== undefined && this.backpressure && this.state === "writable") this.writer.ready.resolve();
    this.controller.close();
    return request.promise;
  }

  /** https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection */
  dealWithRejection(error: unknown): void {
    if (this.state === "writable") this.startErroring(error);
    else this.finishErroring();
  }

  /** https://streams.spec.whatwg.org/#writable-stream-start-erroring */
  startErroring(reason: unknown): void {
    this.state = "erroring";
    this.storedError = reason;
    this.writer?.rejectReady(reason);
    if (!this.operationInFlight && this.controller.started) this.finishErroring();
  }

  /** https://streams.spec.whatwg.org/#writable-stream-finish-erroring */
  finishErroring(): void {
    this.state = "errored";
    this.controller.errorSteps();
    while (this.writeRequests.length > 0) this.writeRequests.shift().reject(this.storedError);
    const pending = this.#pendingAbort;
    if (pending === undefined) return this.#rejectCloseAndClosed();
    this.#pendingAbort = undefined;
    if (pending.wasAlreadyErroring) {
      pending.reject(this.storedError);
      this.#rejectCloseAndClosed();
      return;
    }
    void react(
      this.controller.abortSteps(pending.reason),
      () => {
        pending.resolve(undefined);
        this.#rejectCloseAndClosed();
      },
      (reason) => {
        pending.reject(reason);
        this.#rejectCloseAndClosed();
      },
    );
  }

  /** https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed */
  #rejectCloseAndClosed(): void {
    this.closeRequest?.reject(this.storedError);
    this.closeRequest = undefined;
    this.writer?.closed.reject(this.storedError);
  }

  markFirstWriteInFlight(): void {
    this.#inFlightWrite = this.writeRequests.shift();
  }

  finishInFlightWrite(): void {
    this.#inFlightWrite!.resolve(undefined);
    this.#inFlightWrite = undefined;
  }

  failInFlightWrite(error: unknown): void {
    this.#inFlightWrite!.reject(error);
    this.#inFlightWrite = undefined;
    this.dealWithRejection(error);
  }

  markCloseInFlight(): void {
    this.#inFlightClose = this.closeRequest;
    this.closeRequest = undefined;
  }

  /** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close */
  finishInFlightClose(): void {
    this.#inFlightClose!.resolve(undefined);
    this.#inFlightClose = undefined;
    if (this.state === "erroring") {
      // The error came too late to stop the close.
      this.storedError = undefined;
      this.#pendingAbort?.resolve(undefined);
      this.#pendingAbort = undefined;
    }
    this.state = "closed";
    this.writer?.closed.resolve();
  }

  /** https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error */
  failInFlightClose(error: unknown): void {
    this.#inFlightClose!.reject(error);
    this.#inFlightClose = undefined;
    this.#pendingAbort?.reject(error);
    this.#pendingAbort = undefined;
    this.dealWithRejection(error);
  }

  /** https://streams.spec.whatwg.org/#writable-stream-update-backpressure */
  updateBackpressure(backpressure: boolean): void {
    const { writer } = this;
    if (writer !== undefined && backpressure !== this.backpressure) {
      if (backpressure) writer.ready = new Signal();
      else writer.ready.resolve();
    }
    this.backpressure = backpressure;
  }
}
