/**
 * Streams: ReadableStreamDefaultController. https://streams.spec.whatwg.org/#rs-default-controller-class
 */
import { NativeTypeError } from "../core/primordials.ts";
import { executing } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import { Queue, enqueueValueWithSize } from "./queue.ts";
import { SourceController } from "./readable-controller.ts";
import {
  type ReadRequest,
  type ReadableController,
  ReadableState,
  type SourceAlgorithms,
  closeStream,
  errorStream,
  hasDefaultReader,
} from "./readable-state.ts";
import { type SizeAlgorithm, countSize } from "./strategies.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** https://streams.spec.whatwg.org/#rs-default-controller-abstract-ops */
export class DefaultController extends SourceController implements ReadableController {
  readonly queue = new Queue<unknown>();
  #size: SizeAlgorithm;

  constructor(stream: ReadableState, highWaterMark: number, size: SizeAlgorithm) {
    super(stream, highWaterMark);
    this.#size = size;
    stream.controller = this;
  }

  protected shouldCallPull(): boolean {
    if (!this.canCloseOrEnqueue || !this.started) return false;
    const { stream } = this;
    if (hasDefaultReader(stream) && stream.reader!.readRequests.length > 0) return true;
    return this.desiredSize! > 0;
  }

  get canCloseOrEnqueue(): boolean {
    return !this.closeRequested && this.stream.state === "readable";
  }

  protected queuedSize(): number {
    return this.queue.totalSize;
  }

  /** https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure */
  get hasBackpressure(): boolean {
    return !this.shouldCallPull();
  }

  protected override clearAlgorithms(): void {
    super.clearAlgorithms();
    this.#size = countSize;
  }

  close(): void {
    if (!this.canCloseOrEnqueue) return;
    this.closeRequested = true;
    if (this.queue.length > 0) return;
    this.clearAlgorithms();
    closeStream(this.stream);
  }

  enqueue(chunk: unknown): void {
    if (!this.canCloseOrEnqueue) return;
    const { stream } = this;
    if (hasDefaultReader(stream) && stream.reader!.readRequests.length > 0) {
      stream.reader!.readRequests.shift().chunk(chunk);
    } else {
      try {
        enqueueValueWithSize(this.queue, chunk, this.#size(chunk));
      } catch (error) {
        this.error(error);
        throw error;
      }
    }
    this.callPullIfNeeded();
  }

  error(reason: unknown): void {
    if (this.stream.state !== "readable") return;
    this.queue.clear();
    this.clearAlgorithms();
    errorStream(this.stream, reason);
  }

  cancelSteps(reason: unknown): unknown {
    this.queue.clear();
    return this.cancelSource(reason);
  }

  pullSteps(request: ReadRequest): void {
    if (this.queue.length === 0) {
      this.stream.reader!.readRequests.push(request);
      this.callPullIfNeeded();
      return;
    }
    const chunk = this.queue.shift();
    if (this.closeRequested && this.queue.length === 0) {
      this.clearAlgorithms();
      closeStream(this.stream);
    } else {
      this.callPullIfNeeded();
    }
    request.chunk(chunk);
  }

  releaseSteps(): void {}
}

/** https://streams.spec.whatwg.org/#rs-default-controller-class-definition */
class ReadableStreamDefaultController {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: DefaultController;

  constructor() {
    requireInternal(arguments[0]);
    this.#state = arguments[1] as DefaultController;
  }

  get desiredSize(): number | null {
    return this.#state.desiredSize;
  }

  close(): void {
    if (!this.#state.canCloseOrEnqueue) {
      const context = executing("close", "ReadableStreamDefaultController");
      throw new NativeTypeError(`${context}: The stream is not in a state that permits close.`);
    }
    this.#state.close();
  }

  enqueue(chunk: unknown = undefined): void {
    if (!this.#state.canCloseOrEnqueue) {
      const context = executing("enqueue", "ReadableStreamDefaultController");
      throw new NativeTypeError(`${context}: The stream is not in a state that permits enqueue.`);
    }
    this.#state.enqueue(chunk);
  }

  error(reason: unknown = undefined): void {
    this.#state.error(reason);
  }
}

publishInterface(ReadableStreamDefaultController, "ReadableStreamDefaultController");

/** The object that a guest's source gets. */
export function newDefaultController(state: DefaultController): object {
  type Internal = new (token: symbol, state: DefaultController) => object;
  return new (ReadableStreamDefaultController as unknown as Internal)(internalConstruction, state);
}

/** https://streams.spec.whatwg.org/#create-readable-stream */
export function createReadable(
  algorithms: SourceAlgorithms,
  highWaterMark = 1,
  size = countSize,
  start: () => unknown = () => undefined,
): ReadableState {
  const stream = new ReadableState();
  new DefaultController(stream, highWaterMark, size).setUp(algorithms, start);
  return stream;
}
