/**
 * Streams: what the controllers of readable streams have in common: when their source is asked for more.
 * https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed
 * https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed
 */
import { react } from "./promises.ts";
import { type ReadableState, type SourceAlgorithms, noAlgorithms } from "./readable-state.ts";

export abstract class SourceController {
  readonly stream: ReadableState;
  protected readonly highWaterMark: number;
  protected algorithms: SourceAlgorithms = noAlgorithms;
  protected started = false;
  closeRequested = false;
  #pullAgain = false;
  #pulling = false;

  constructor(stream: ReadableState, highWaterMark: number) {
    this.stream = stream;
    this.highWaterMark = highWaterMark;
  }

  abstract error(reason: unknown): void;
  protected abstract shouldCallPull(): boolean;
  protected abstract queuedSize(): number;

  /** The controller's set-up steps. What `start` throws is thrown. */
  setUp(algorithms: SourceAlgorithms, start: () => unknown): void {
    this.algorithms = algorithms;
    void react(
      start(),
      () => {
        this.started = true;
        this.callPullIfNeeded();
      },
      (reason) => this.error(reason),
    );
  }

  protected callPullIfNeeded(): void {
    if (!this.shouldCallPull()) return;
    if (this.#pulling) {
      this.#pullAgain = true;
      return;
    }
    this.#pulling = true;
    void react(
      this.algorithms.pull(),
      () => {
        this.#pulling = false;
        if (!this.#pullAgain) return;
        this.#pullAgain = false;
        this.callPullIfNeeded();
      },
      (reason) => this.error(reason),
    );
  }

  get desiredSize(): number | null {
    if (this.stream.state === "errored") return null;
    return this.stream.state === "closed" ? 0 : this.highWaterMark - this.queuedSize();
  }

  /** The rest of [[CancelSteps]], after the queue was emptied. */
  protected cancelSource(reason: unknown): unknown {
    const { algorithms } = this;
    const promise = algorithms.cancel(reason);
    this.clearAlgorithms();
    return promise;
  }

  protected clearAlgorithms(): void {
    this.algorithms = noAlgorithms;
  }
}
