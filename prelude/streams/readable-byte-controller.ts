/**
 * Streams: the algorithms of byte streams. https://streams.spec.whatwg.org/#rbs-controller-abstract-ops
 */
import { ArrayBufferByteLength, NativeArrayBuffer, NativeRangeError, NativeTypeError } from "../core/primordials.ts";
import { type PullInto, ByteQueue, convertPullInto } from "./byte-queue.ts";
import { Queue } from "./queue.ts";
import { SourceController } from "./readable-controller.ts";
import {
  type ReadIntoRequest,
  type ReadRequest,
  type ReadableController,
  ReadableState,
  closeStream,
  errorStream,
  hasByobReader,
  hasDefaultReader,
} from "./readable-state.ts";
import { type View, cloneBuffer, isDetached, newView, toView, transferBuffer, uint8Kind } from "./views.ts";

/** What a controller's BYOB request can see; it is void once the controller moved on. */
export interface RequestState {
  controller: ByteController | undefined;
  view: ArrayBufferView | null;
}

interface ByobRequest {
  readonly state: RequestState;
  /** The guest's, if it asked for it. */
  object: object | undefined;
}

/** Makes the guest's object; byte-interfaces.ts provides it. */
let newRequest: (state: RequestState) => object;

export function provideRequests(make: (state: RequestState) => object): void {
  newRequest = make;
}

export class ByteController extends SourceController implements ReadableController {
  readonly #queue = new ByteQueue();
  readonly #autoAllocateChunkSize: number | undefined;
  #pendingPullIntos = new Queue<PullInto>();
  #request: ByobRequest | undefined;

  constructor(stream: ReadableState, highWaterMark: number, autoAllocateChunkSize: number | undefined) {
    super(stream, highWaterMark);
    this.#autoAllocateChunkSize = autoAllocateChunkSize;
    stream.controller = this;
  }

  protected shouldCallPull(): boolean {
    const { stream } = this;
    if (stream.state !== "readable" || this.closeRequested || !this.started) return false;
    if (hasDefaultReader(stream) && stream.reader!.readRequests.length > 0) return true;
    if (hasByobReader(stream) && stream.reader!.readIntoRequests.length > 0) return true;
    return this.desiredSize! > 0;
  }

  protected queuedSize(): number {
    return this.#queue.byteLength;
  }

  close(): void {
    if (this.closeRequested || this.stream.state !== "readable") return;
    if (this.#queue.byteLength > 0) {
      this.closeRequested = true;
      return;
    }
    const first = this.#pendingPullIntos.peek();
    if (first !== undefined && first.bytesFilled % first.kind.elementSize !== 0) {
      const error = new NativeTypeError("Insufficient bytes to fill elements in the given buffer.");
      this.error(error);
      throw error;
    }
    this.clearAlgorithms();
    closeStream(this.stream);
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue */
  enqueue(chunk: View): void {
    if (this.closeRequested || this.stream.state !== "readable") return;
    const { stream } = this;
    const { byteOffset, byteLength } = chunk;
    const buffer = transferBuffer(chunk.buffer);
    const first = this.#pendingPullIntos.peek();
    if (first !== undefined) {
      if (isDetached(first.buffer)) {
        throw new NativeTypeError("The BYOB request's buffer has been detached, and so cannot be filled.");
      }
      this.#invalidateRequest();
      first.buffer = transferBuffer(first.buffer);
      if (first.readerType === "none") this.#enqueueDetachedPullInto(first);
    }
    if (hasDefaultReader(stream)) {
      this.#processReadRequests();
      const requests = stream.reader!.readRequests;
      if (requests.length === 0) {
        this.#queue.push(buffer, byteOffset, byteLength);
      } else {
        if (this.#pendingPullIntos.length > 0) this.#pendingPullIntos.shift();
        requests.shift().chunk(newView(uint8Kind, buffer, byteOffset, byteLength));
      }
    } else {
      this.#queue.push(buffer, byteOffset, byteLength);
      if (hasByobReader(stream)) this.#commitFilled(this.#processPullIntos());
    }
    this.callPullIfNeeded();
  }

  error(reason: unknown): void {
    if (this.stream.state !== "readable") return;
    this.#invalidateRequest();
    this.#pendingPullIntos.clear();
    this.#queue.clear();
    this.clearAlgorithms();
    errorStream(this.stream, reason);
  }

  cancelSteps(reason: unknown): unknown {
    this.#invalidateRequest();
    this.#pendingPullIntos.clear();
    this.#queue.clear();
    return this.cancelSource(reason);
  }

  pullSteps(request: ReadRequest): void {
    if (this.#queue.byteLength > 0) return this.#fillReadRequest(request);
    const size = this.#autoAllocateChunkSize;
    if (size !== undefined) {
      let buffer: ArrayBuffer;
      try {
        buffer = new NativeArrayBuffer(size);
      } catch (error) {
        request.error(error);
        return;
      }
      this.#pendingPullIntos.push({
        buffer,
        bufferByteLength: size,
        byteOffset: 0,
        byteLength: size,
        bytesFilled: 0,
        minimumFill: 1,
        kind: uint8Kind,
        readerType: "default",
      });
    }
    this.stream.reader!.readRequests.push(request);
    this.callPullIfNeeded();
  }

  releaseSteps(): void {
    const first = this.#pendingPullIntos.peek();
    if (first === undefined) return;
    first.readerType = "none";
    this.#pendingPullIntos.clear();
    this.#pendingPullIntos.push(first);
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into */
  pullInto(view: View, minimum: number, request: ReadIntoRequest): void {
    const { stream } = this;
    const { kind, byteOffset, byteLength } = view;
    const bufferByteLength = byteLengthOf(view);
    let buffer: ArrayBuffer;
    try {
      buffer = transferBuffer(view.buffer);
    } catch (error) {
      request.error(error);
      return;
    }
    const minimumFill = minimum * kind.elementSize;
    const pullInto: PullInto = {
      buffer,
      bufferByteLength,
      byteOffset,
      byteLength,
      bytesFilled: 0,
      minimumFill,
      kind,
      readerType: "byob",
    };
    if (this.#pendingPullIntos.length > 0) {
      this.#pendingPullIntos.push(pullInto);
      stream.reader!.readIntoRequests.push(request);
      return;
    }
    if (stream.state === "closed") {
      request.close(newView(kind, buffer, byteOffset, 0));
      return;
    }
    if (this.#queue.byteLength > 0) {
      if (this.#queue.fill(pullInto)) {
        const filled = convertPullInto(pullInto);
        this.#handleQueueDrain();
        request.chunk(filled);
        return;
      }
      if (this.closeRequested) {
        const error = new NativeTypeError("Insufficient bytes to fill elements in the given buffer.");
        this.error(error);
        request.error(error);
        return;
      }
    }
    this.#pendingPullIntos.push(pullInto);
    stream.reader!.readIntoRequests.push(request);
    this.callPullIfNeeded();
  }

  /** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest */
  get byobRequest(): object | null {
    const request = this.#currentRequest();
    if (request === undefined) return null;
    return (request.object ??= newRequest(request.state));
  }

  /** The view of the BYOB request, for sources that are the platform's. */
  get requestView(): View | null {
    const request = this.#currentRequest();
    return request === undefined ? null : toView(request.state.view, "");
  }

  get hasPendingPullIntos(): boolean {
    return this.#pendingPullIntos.length > 0;
  }

  #currentRequest(): ByobRequest | undefined {
    const first = this.#pendingPullIntos.peek();
    if (this.#request === undefined && first !== undefined) {
      const { buffer, byteOffset, byteLength, bytesFilled } = first;
      const view = newView(uint8Kind, buffer, byteOffset + bytesFilled, byteLength - bytesFilled);
      this.#request = { state: { controller: this, view }, object: undefined };
    }
    return this.#request;
  }

  #invalidateRequest(): void {
    const request = this.#request;
    if (request === undefined) return;
    request.state.controller = undefined;
    request.state.view = null;
    this.#request = undefined;
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond */
  respond(bytesWritten: number): void {
    const first = this.#pendingPullIntos.peek()!;
    this.#checkResponse(first, bytesWritten);
    first.buffer = transferBuffer(first.buffer);
    this.#respond(first, bytesWritten);
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view */
  respondWithNewView(view: View): void {
    const first = this.#pendingPullIntos.peek()!;
    this.#checkResponse(first, view.byteLength);
    if (first.byteOffset + first.bytesFilled !== view.byteOffset) {
      throw new NativeRangeError("The region specified by view does not match byobRequest.");
    }
    if (first.bufferByteLength !== byteLengthOf(view)) {
      throw new NativeRangeError("The buffer of view has different capacity than byobRequest.");
    }
    first.buffer = transferBuffer(view.buffer);
    this.#respond(first, view.byteLength);
  }

  #checkResponse(first: PullInto, bytesWritten: number): void {
    if (this.stream.state === "closed") {
      if (bytesWritten !== 0) throw new NativeTypeError("Bytes written must be 0 once the stream is closed.");
      return;
    }
    if (bytesWritten === 0) throw new NativeTypeError("Bytes written must not be 0 while the stream is readable.");
    if (first.bytesFilled + bytesWritten > first.byteLength) {
      throw new NativeRangeError("More bytes were written than the BYOB request's view has.");
    }
  }

  #respond(first: PullInto, bytesWritten: number): void {
    this.#invalidateRequest();
    if (this.stream.state === "closed") this.#respondClosed(first);
    else this.#respondReadable(first, bytesWritten);
    this.callPullIfNeeded();
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-closed-state */
  #respondClosed(first: PullInto): void {
    if (first.readerType === "none") this.#pendingPullIntos.shift();
    if (!hasByobReader(this.stream)) return;
    const filled = new Queue<PullInto>();
    const requests = this.stream.reader!.readIntoRequests.length;
    while (filled.length < requests) filled.push(this.#pendingPullIntos.shift());
    this.#commitFilled(filled);
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-readable-state */
  #respondReadable(first: PullInto, bytesWritten: number): void {
    first.bytesFilled += bytesWritten;
    if (first.readerType === "none") {
      this.#enqueueDetachedPullInto(first);
      this.#commitFilled(this.#processPullIntos());
      return;
    }
    if (first.bytesFilled < first.minimumFill) return;
    this.#pendingPullIntos.shift();
    const remainder = first.bytesFilled % first.kind.elementSize;
    if (remainder > 0) {
      const end = first.byteOffset + first.bytesFilled;
      this.#enqueueClonedChunk(first.buffer, end - remainder, remainder);
    }
    first.bytesFilled -= remainder;
    const filled = this.#processPullIntos();
    this.#commit(first);
    this.#commitFilled(filled);
  }

  #commitFilled(filled: Queue<PullInto>): void {
    while (filled.length > 0) this.#commit(filled.shift());
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor */
  #commit(pullInto: PullInto): void {
    const done = this.stream.state === "closed";
    const view = convertPullInto(pullInto);
    const reader = this.stream.reader!;
    const request = pullInto.readerType === "default" ? reader.readRequests.shift() : reader.readIntoRequests.shift();
    if (done) request.close(view);
    else request.chunk(view);
  }

  #enqueueClonedChunk(buffer: ArrayBuffer, byteOffset: number, byteLength: number): void {
    let clone: ArrayBuffer;
    try {
      clone = cloneBuffer(buffer, byteOffset, byteLength);
    } catch (error) {
      this.error(error);
      throw error;
    }
    this.#queue.push(clone, 0, byteLength);
  }

  #enqueueDetachedPullInto(pullInto: PullInto): void {
    if (pullInto.bytesFilled > 0) {
      this.#enqueueClonedChunk(pullInto.buffer, pullInto.byteOffset, pullInto.bytesFilled);
    }
    this.#pendingPullIntos.shift();
  }

  #fillReadRequest(request: ReadRequest): void {
    const { buffer, byteOffset, byteLength } = this.#queue.shift();
    this.#handleQueueDrain();
    request.chunk(newView(uint8Kind, buffer, byteOffset, byteLength));
  }

  #handleQueueDrain(): void {
    if (this.#queue.byteLength === 0 && this.closeRequested) {
      this.clearAlgorithms();
      closeStream(this.stream);
    } else {
      this.callPullIfNeeded();
    }
  }

  #processPullIntos(): Queue<PullInto> {
    const filled = new Queue<PullInto>();
    while (this.#pendingPullIntos.length > 0 && this.#queue.byteLength > 0) {
      if (this.#queue.fill(this.#pendingPullIntos.peek()!)) filled.push(this.#pendingPullIntos.shift());
    }
    return filled;
  }

  #processReadRequests(): void {
    const requests = this.stream.reader!.readRequests;
    while (requests.length > 0 && this.#queue.byteLength > 0) this.#fillReadRequest(requests.shift());
  }
}

function byteLengthOf(view: View): number {
  return ArrayBufferByteLength(view.buffer);
}
