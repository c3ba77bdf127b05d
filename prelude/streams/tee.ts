/**
 * Streams: tee of streams whose chunks are values. https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee
 */
import { Deferred, react } from "./promises.ts";
import { type DefaultController, createReadable } from "./readable-default-controller.ts";
import {
  type ReadRequest,
  type ReadableState,
  type SourceAlgorithms,
  acquireDefaultReader,
  cancelStream,
  readDefault,
} from "./readable-state.ts";

/** What both kinds of tee know about cancelling: the stream is cancelled once both branches are. */
export class TeeCancel {
  readonly stream: ReadableState;
  first = false;
  second = false;
  #firstReason: unknown = undefined;
  #secondReason: unknown = undefined;
  readonly #done = new Deferred<unknown>();

  constructor(stream: ReadableState) {
    this.stream = stream;
  }

  get both(): boolean {
    return this.first && this.second;
  }

  cancelFirst(reason: unknown): Promise<unknown> {
    this.first = true;
    this.#firstReason = reason;
    return this.#cancelled();
  }

  cancelSecond(reason: unknown): Promise<unknown> {
    this.second = true;
    this.#secondReason = reason;
    return this.#cancelled();
  }

  /** The stream ended by itself. */
  resolve(): void {
    if (!this.both) this.#done.resolve(undefined);
  }

  /** The branches failed. */
  cancelStream(reason: unknown): void {
    void react(cancelStream(this.stream, reason), this.#done.resolve, this.#done.reject);
  }

  #cancelled(): Promise<unknown> {
    if (this.both) this.cancelStream([this.#firstReason, this.#secondReason]);
    return this.#done.promise;
  }
}

/** @param copy - makes the second branch's chunk; what it throws ends both branches and the stream */
export function teeDefault(
  stream: ReadableState,
  copy: (chunk: unknown) => unknown = (chunk) => chunk,
): [ReadableState, ReadableState] {
  const reader = acquireDefaultReader(stream);
  const cancel = new TeeCancel(stream);
  let reading = false;
  let readAgain = false;

  const request: ReadRequest = {
    chunk(chunk) {
      // In a microtask: an error of the stream is to reach the branches before the chunk read with it.
      void react(undefined, () => {
        readAgain = false;
        let copied = chunk;
        if (!cancel.second) {
          try {
            copied = copy(chunk);
          } catch (error) {
            first.error(error);
            second.error(error);
            return cancel.cancelStream(error);
          }
        }
        if (!cancel.first) enqueueIn(first, chunk);
        if (!cancel.second) enqueueIn(second, copied);
        reading = false;
        if (readAgain) pull();
      });
    },
    close() {
      reading = false;
      if (!cancel.first) first.close();
      if (!cancel.second) second.close();
      cancel.resolve();
    },
    error() {
      reading = false;
    },
  };

  const pull = (): void => {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    readDefault(reader, request);
  };
  const branch = (cancelBranch: SourceAlgorithms["cancel"]): DefaultController =>
    createReadable({ pull, cancel: cancelBranch }).controller as DefaultController;
  const first = branch((reason) => cancel.cancelFirst(reason));
  const second = branch((reason) => cancel.cancelSecond(reason));

  void react(reader.closed.promise, undefined, (reason) => {
    first.error(reason);
    second.error(reason);
    cancel.resolve();
  });
  return [first.stream, second.stream];
}

/** A branch counts chunks, so that only one that has closed or failed refuses; which is no matter here. */
function enqueueIn(branch: DefaultController, chunk: unknown): void {
  if (branch.canCloseOrEnqueue) branch.enqueue(chunk);
}
