/**
 * Streams: what is behind a TransformStream. https://streams.spec.whatwg.org/#ts-all-abstract-ops
 */
import { callPlace, placed } from "../core/call-place.ts";
import { NativeTypeError } from "../core/primordials.ts";
import { Deferred, Signal, react } from "./promises.ts";
import { type DefaultController, createReadable } from "./readable-default-controller.ts";
import { type Side, countSize } from "./strategies.ts";
import { createWritable } from "./writable-controller.ts";
import type { WritableState } from "./writable-state.ts";

/** Calls that end in a transformer of the guest's or in one of the platform's. */
export interface TransformAlgorithms {
  transform(chunk: unknown): unknown;
  flush(): unknown;
  cancel(reason: unknown): unknown;
}

const noTransform: TransformAlgorithms = {
  transform: () => undefined,
  flush: () => undefined,
  cancel: () => undefined,
};

export class TransformState {
  readonly writable: WritableState;
  readonly #readableController: DefaultController;
  #algorithms: TransformAlgorithms = noTransform;
  #backpressure = true;
  #backpressureChange = new Signal();
  /** Of the end that came first: flushing, aborting or cancelling. */
  #finish: Deferred | undefined;

  /** https://streams.spec.whatwg.org/#initialize-transform-stream */
  constructor(start: Promise<unknown> | undefined, writable: Side, readable: Side) {
    this.writable = createWritable(
      {
        write: (chunk) => this.#sinkWrite(chunk),
        close: () => this.#sinkClose(),
        abort: (reason) => this.#sinkAbort(reason),
      },
      writable.highWaterMark,
      writable.size,
      () => afterStart(start),
    );
    this.#readableController = createReadable(
      { pull: () => this.#sourcePull(), cancel: (reason) => this.#sourceCancel(reason) },
      readable.highWaterMark,
      readable.size,
      () => afterStart(start),
    ).controller as DefaultController;
  }

  get readable(): DefaultController["stream"] {
    return this.#readableController.stream;
  }

  setAlgorithms(algorithms: TransformAlgorithms): void {
    this.#algorithms = algorithms;
  }

  get desiredSize(): number | null {
    return this.#readableController.desiredSize;
  }

  #setBackpressure(backpressure: boolean): void {
    this.#backpressureChange.resolve();
    this.#backpressureChange = new Signal();
    this.#backpressure = backpressure;
  }

  /** https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue */
  enqueue(chunk: unknown, context: string): void {
    const readable = this.#readableController;
    if (!readable.canCloseOrEnqueue) {
      throw new NativeTypeError(`${context}: The readable side is not in a state that permits enqueue.`);
    }
    try {
      readable.enqueue(chunk);
    } catch (error) {
      this.#errorWritable(error);
      throw readable.stream.storedError;
    }
    const backpressure = readable.hasBackpressure;
    if (backpressure !== this.#backpressure) this.#setBackpressure(true);
  }

  /** https://streams.spec.whatwg.org/#transform-stream-error */
  error(reason: unknown): void {
    this.#readableController.error(reason);
    this.#errorWritable(reason);
  }

  /** https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate */
  terminate(): void {
    this.#readableController.close();
    this.#errorWritable(new NativeTypeError("The transform stream has been terminated."));
  }

  /** https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write */
  #errorWritable(reason: unknown): void {
    this.#algorithms = noTransform;
    this.writable.controller.errorIfNeeded(reason);
    this.#unblockWrite();
  }

  #unblockWrite(): void {
    if (this.#backpressure) this.#setBackpressure(false);
  }

  async #sinkWrite(chunk: unknown): Promise<void> {
    if (this.#backpressure) {
      await this.#backpressureChange.promise;
      if (this.writable.state === "erroring") throw this.writable.storedError;
    }
    try {
      await this.#algorithms.transform(chunk);
    } catch (error) {
      this.error(error);
      throw error;
    }
  }

  #sinkClose(): Promise<undefined> {
    return this.#finishBy(
      (algorithms) => algorithms.flush(),
      (finish) => {
        const readable = this.#readableController;
        if (readable.stream.state === "errored") return finish.reject(readable.stream.storedError);
        readable.close();
        finish.resolve(undefined);
      },
      (reason) => this.#readableController.error(reason),
    );
  }

  #sinkAbort(reason: unknown): Promise<undefined> {
    return this.#finishBy(
      (algorithms) => algorithms.cancel(reason),
      (finish) => {
        const readable = this.#readableController;
        if (readable.stream.state === "errored") return finish.reject(readable.stream.storedError);
        readable.error(reason);
        finish.resolve(undefined);
      },
      (error) => this.#readableController.error(error),
    );
  }

  #sourcePull(): Promise<undefined> {
    this.#setBackpressure(false);
    return this.#backpressureChange.promise;
  }

  /** Once the readable side wants more, or will never. false: nothing more can be enqueued. */
  async wanted(): Promise<boolean> {
    if (this.#backpressure) await this.#backpressureChange.promise;
    return this.#readableController.canCloseOrEnqueue;
  }

  #sourceCancel(reason: unknown): Promise<undefined> {
    const errorWritable = (error: unknown): void => {
      this.writable.controller.errorIfNeeded(error);
      this.#unblockWrite();
    };
    return this.#finishBy(
      (algorithms) => algorithms.cancel(reason),
      (finish) => {
        if (this.writable.state === "errored") return finish.reject(this.writable.storedError);
        errorWritable(reason);
        finish.resolve(undefined);
      },
      errorWritable,
    );
  }

  #finishBy(
    run: (algorithms: TransformAlgorithms) => unknown,
    succeeded: (finish: Deferred) => void,
    failed: (reason: unknown) => void,
  ): Promise<undefined> {
    if (this.#finish !== undefined) return this.#finish.promise;
    const finish = new Deferred();
    this.#finish = finish;
    const promise = run(this.#algorithms);
    this.#algorithms = noTransform;
    void react(
      promise,
      () => succeeded(finish),
      (reason) => {
        failed(reason);
        finish.reject(reason);
      },
    );
    return finish.promise;
  }
}

/** A promise resolved with a promise takes two microtasks more than the latter, which the order of events shows. */
async function afterStart(start: Promise<unknown> | undefined): Promise<void> {
  await start;
  await undefined;
}

const writableSide: Side = { highWaterMark: 1, size: countSize };
const readableSide: Side = { highWaterMark: 0, size: countSize };

/**
 * https://streams.spec.whatwg.org/#transformstream-set-up, for the platform's own transforms: their steps may throw. What is
 * wrong with the data shows when nobody calls, so it is said to be where the stream was made.
 */
export function createTransform(
  transform: (chunk: unknown, stream: TransformState) => unknown,
  flush: (stream: TransformState) => void,
): TransformState {
  const stream = new TransformState(undefined, writableSide, readableSide);
  const place = callPlace();
  stream.setAlgorithms({
    transform: async (chunk) => {
      try {
        await transform(chunk, stream);
      } catch (error) {
        throw placed(error, place);
      }
    },
    flush: async () => {
      try {
        flush(stream);
      } catch (error) {
        throw placed(error, place);
      }
    },
    cancel: noTransform.cancel,
  });
  return stream;
}
