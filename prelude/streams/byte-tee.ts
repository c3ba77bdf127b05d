/**
 * Streams: tee of byte streams. https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
 */
import { react } from "./promises.ts";
import { ByteController } from "./readable-byte-controller.ts";
import {
  type ReadIntoRequest,
  type ReadRequest,
  ReadableState,
  ReaderState,
  type SourceAlgorithms,
  acquireDefaultReader,
  readDefault,
  releaseReader,
} from "./readable-state.ts";
import { readInto } from "./readers.ts";
import { TeeCancel } from "./tee.ts";
import { type View, cloneBuffer, toView, uint8Kind } from "./views.ts";

/** https://streams.spec.whatwg.org/#abstract-opdef-cloneasuint8array */
function cloneAsUint8Array({ buffer, byteOffset, byteLength }: View): View {
  return { kind: uint8Kind, buffer: cloneBuffer(buffer, byteOffset, byteLength), byteOffset: 0, byteLength };
}

class ByteTee {
  readonly #stream: ReadableState;
  #reader: ReaderState;
  readonly #cancel: TeeCancel;
  #reading = false;
  #readAgainFirst = false;
  #readAgainSecond = false;
  readonly first: ByteController;
  readonly second: ByteController;

  constructor(stream: ReadableState) {
    this.#stream = stream;
    this.#reader = acquireDefaultReader(stream);
    this.#cancel = new TeeCancel(stream);
    this.first = createByteStream({
      pull: () => this.#pullFirst(),
      cancel: (reason) => this.#cancel.cancelFirst(reason),
    });
    this.second = createByteStream({
      pull: () => this.#pullSecond(),
      cancel: (reason) => this.#cancel.cancelSecond(reason),
    });
    this.#forwardError(this.#reader);
  }

  #forwardError(reader: ReaderState): void {
    void react(reader.closed.promise, undefined, (reason) => {
      if (reader !== this.#reader) return;
      this.first.error(reason);
      this.second.error(reason);
      this.#cancel.resolve();
    });
  }

  #useReader(byob: boolean): ReaderState {
    if (this.#reader.byob === byob) return this.#reader;
    releaseReader(this.#reader);
    this.#reader = new ReaderState(this.#stream, byob);
    this.#forwardError(this.#reader);
    return this.#reader;
  }

  #pullFirst(): void {
    if (this.#reading) {
      this.#readAgainFirst = true;
      return;
    }
    this.#pull(this.first, this.second);
  }

  #pullSecond(): void {
    if (this.#reading) {
      this.#readAgainSecond = true;
      return;
    }
    this.#pull(this.second, this.first);
  }

  #pull(branch: ByteController, other: ByteController): void {
    this.#reading = true;
    const view = branch.requestView;
    if (view === null) this.#pullByDefaultReader();
    else this.#pullByByobReader(view, branch, other);
  }

  #isCancelled(branch: ByteController): boolean {
    return branch === this.first ? this.#cancel.first : this.#cancel.second;
  }

  #readDone(): void {
    this.#reading = false;
    if (this.#readAgainFirst) this.#pullFirst();
    else if (this.#readAgainSecond) this.#pullSecond();
  }

  /** Of a chunk for both branches; undefined: there is no memory for it, and everything has failed. */
  #clone(chunk: View): View | undefined {
    try {
      return cloneAsUint8Array(chunk);
    } catch (error) {
      this.first.error(error);
      this.second.error(error);
      this.#cancel.cancelStream(error);
      return undefined;
    }
  }

  #startChunk(): void {
    this.#readAgainFirst = false;
    this.#readAgainSecond = false;
  }

  #pullByDefaultReader(): void {
    const { first, second } = this;
    const cancel = this.#cancel;
    const request: ReadRequest = {
      chunk: (value) =>
        void react(undefined, () => {
          this.#startChunk();
          const chunk = toView(value, "");
          let copy: View | undefined = chunk;
          if (!cancel.first && !cancel.second) {
            copy = this.#clone(chunk);
            if (copy === undefined) return;
          }
          if (!cancel.first) first.enqueue(chunk);
          if (!cancel.second) second.enqueue(copy);
          this.#readDone();
        }),
      close: () => {
        this.#reading = false;
        if (!cancel.first) first.close();
        if (!cancel.second) second.close();
        if (first.hasPendingPullIntos) first.respond(0);
        if (second.hasPendingPullIntos) second.respond(0);
        cancel.resolve();
      },
      error: () => {
        this.#reading = false;
      },
    };
    readDefault(this.#useReader(false), request);
  }

  #pullByByobReader(view: View, branch: ByteController, other: ByteController): void {
    const request: ReadIntoRequest = {
      chunk: (value) =>
        void react(undefined, () => {
          this.#startChunk();
          const chunk = toView(value, "");
          if (!this.#isCancelled(other)) {
            const copy = this.#clone(chunk);
            if (copy === undefined) return;
            if (!this.#isCancelled(branch)) branch.respondWithNewView(chunk);
            other.enqueue(copy);
          } else if (!this.#isCancelled(branch)) {
            branch.respondWithNewView(chunk);
          }
          this.#readDone();
        }),
      close: (value) => {
        this.#reading = false;
        const branchCancelled = this.#isCancelled(branch);
        const otherCancelled = this.#isCancelled(other);
        if (!branchCancelled) branch.close();
        if (!otherCancelled) other.close();
        if (value !== undefined) {
          if (!branchCancelled) branch.respondWithNewView(toView(value, ""));
          if (!otherCancelled && other.hasPendingPullIntos) other.respond(0);
        }
        this.#cancel.resolve();
      },
      error: () => {
        this.#reading = false;
      },
    };
    readInto(this.#useReader(true), view, 1, request);
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream */
export function createByteStream(algorithms: SourceAlgorithms, highWaterMark = 0): ByteController {
  const controller = new ByteController(new ReadableState(), highWaterMark, undefined);
  controller.setUp(algorithms, () => undefined);
  return controller;
}

export function teeBytes(stream: ReadableState): [ReadableState, ReadableState] {
  const tee = new ByteTee(stream);
  return [tee.first.stream, tee.second.stream];
}
