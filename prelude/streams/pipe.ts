/**
 * Streams: piping. https://streams.spec.whatwg.org/#readable-stream-pipe-to
 */
import { type AbortAlgorithm, type AbortState } from "../events/abort-state.ts";
import { NativeTypeError } from "../core/primordials.ts";
import { Deferred, react } from "./promises.ts";
import {
  type ReadRequest,
  type ReadableState,
  ReaderState,
  cancelStream,
  readDefault,
  releaseReader,
} from "./readable-state.ts";
import { type WritableState, WriterState } from "./writable-state.ts";

/** https://streams.spec.whatwg.org/#dictdef-streampipeoptions */
export interface PipeOptions {
  readonly preventClose: boolean;
  readonly preventAbort: boolean;
  readonly preventCancel: boolean;
  readonly signal: AbortState | undefined;
}

export const pipeAll: PipeOptions = {
  preventClose: false,
  preventAbort: false,
  preventCancel: false,
  signal: undefined,
};

class Pipe {
  readonly #source: ReadableState;
  readonly #target: WritableState;
  readonly #options: PipeOptions;
  readonly #reader: ReaderState;
  readonly #writer: WriterState;
  readonly done = new Deferred();
  #shuttingDown = false;
  #currentWrite: Promise<void> | undefined;
  #abortAlgorithm: AbortAlgorithm | undefined;

  constructor(source: ReadableState, target: WritableState, options: PipeOptions) {
    this.#source = source;
    this.#target = target;
    this.#options = options;
    this.#reader = new ReaderState(source, false);
    this.#writer = new WriterState(target);
    source.disturbed = true;
  }

  start(): void {
    const { signal } = this.#options;
    if (signal !== undefined) {
      if (signal.aborted) return this.#abort(signal);
      this.#abortAlgorithm = signal.add(() => this.#abort(signal));
    }
    this.#watch();
    void this.#loop();
  }

  #abort(signal: AbortState): void {
    const { preventAbort, preventCancel } = this.#options;
    const error = signal.reason;
    this.#shutDown(true, error, async () => {
      const target = this.#target;
      const source = this.#source;
      const aborted = !preventAbort && target.state === "writable" ? target.abort(error) : undefined;
      const cancelled = !preventCancel && source.state === "readable" ? cancelStream(source, error) : undefined;
      // The first failure counts, and neither may go unhandled.
      const both = new Deferred();
      let waiting = 2;
      const oneDone = (): void => {
        if (--waiting === 0) both.resolve(undefined);
      };
      void react(aborted, oneDone, both.reject);
      void react(cancelled, oneDone, both.reject);
      await both.promise;
    });
  }

  /** Errors and closing, each propagated one way, in the standard's order of precedence. */
  #watch(): void {
    const { preventClose, preventAbort, preventCancel } = this.#options;
    const source = this.#source;
    const target = this.#target;

    const sourceErrored = (reason: unknown): void =>
      this.#shutDown(true, reason, preventAbort ? undefined : () => target.abort(reason));
    if (source.state === "errored") sourceErrored(source.storedError);
    else void react(this.#reader.closed.promise, undefined, sourceErrored);

    const targetErrored = (reason: unknown): void =>
      this.#shutDown(true, reason, preventCancel ? undefined : () => cancelStream(source, reason));
    if (target.state === "errored") targetErrored(target.storedError);
    else void react(this.#writer.closed.promise, undefined, targetErrored);

    const sourceClosed = (): void =>
      this.#shutDown(false, undefined, preventClose ? undefined : () => this.#closeTarget());
    if (source.state === "closed") sourceClosed();
    else void react(this.#reader.closed.promise, sourceClosed);

    if (target.closeQueuedOrInFlight || target.state === "closed") {
      const error = new NativeTypeError("The destination closed before the whole source was piped into it.");
      this.#shutDown(true, error, preventCancel ? undefined : () => cancelStream(source, error));
    }
  }

  /** https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation */
  #closeTarget(): Promise<undefined> | undefined {
    const target = this.#target;
    if (target.closeQueuedOrInFlight || target.state === "closed") return undefined;
    if (target.state === "errored") throw target.storedError;
    return target.close();
  }

  async #loop(): Promise<void> {
    while (!this.#shuttingDown) {
      if (this.#writer.ready.pending || this.#target.state !== "writable") {
        try {
          await this.#writer.ready.promise;
        } catch {
          return; // The watch on the target sees to it.
        }
        if (this.#shuttingDown) return;
      }
      if (!(await this.#step())) return;
    }
  }

  /** Reads a chunk and starts writing it; false: there are no more. */
  #step(): Promise<boolean> {
    const step = new Deferred<boolean>();
    const request: ReadRequest = {
      chunk: (chunk) => {
        this.#currentWrite = this.#write(chunk);
        step.resolve(true);
      },
      close: () => step.resolve(false),
      error: () => step.resolve(false),
    };
    readDefault(this.#reader, request);
    return step.promise;
  }

  /** Not at once: a source's enqueue() is not to call the sink's write(). */
  async #write(chunk: unknown): Promise<void> {
    await undefined;
    try {
      await this.#writer.write(chunk);
    } catch {
      // The watch on the target sees to it.
    }
  }

  async #waitForWrites(): Promise<void> {
    let write: Promise<void> | undefined;
    do {
      write = this.#currentWrite;
      await write;
    } while (write !== this.#currentWrite);
  }

  /** https://streams.spec.whatwg.org/#rs-pipeTo-shutdown-with-action */
  #shutDown(failed: boolean, error: unknown, action: (() => unknown) | undefined): void {
    if (this.#shuttingDown) return;
    this.#shuttingDown = true;
    const finish = (): void => {
      if (action === undefined) return this.#finalize(failed, error);
      let result: unknown;
      try {
        result = action();
      } catch (newError) {
        void react(undefined, () => this.#finalize(true, newError));
        return;
      }
      void react(
        result,
        () => this.#finalize(failed, error),
        (newError) => this.#finalize(true, newError),
      );
    };
    const target = this.#target;
    if (target.state === "writable" && !target.closeQueuedOrInFlight) void react(this.#waitForWrites(), finish);
    else finish();
  }

  #finalize(failed: boolean, error: unknown): void {
    this.#writer.release();
    releaseReader(this.#reader);
    this.#options.signal?.remove(this.#abortAlgorithm);
    if (failed) this.done.reject(error);
    else this.done.resolve(undefined);
  }
}

/** Neither stream may be locked. */
export function pipe(source: ReadableState, target: WritableState, options: PipeOptions): Promise<undefined> {
  const one = new Pipe(source, target, options);
  one.start();
  return one.done.promise;
}
