/**
 * Streams: what is behind a ReadableStream and its readers. https://streams.spec.whatwg.org/#rs-all-abstract-ops
 *
 * Guests hold objects with one private field each, a state of this kind; algorithms know states only.
 */
import { NativeTypeError } from "../core/primordials.ts";
import { Deferred, Signal, invoke, rejectedPromise, resolvedPromise } from "./promises.ts";
import { Queue } from "./queue.ts";

/** https://streams.spec.whatwg.org/#read-request */
export interface ReadRequest {
  chunk(chunk: unknown): void;
  close(): void;
  error(reason: unknown): void;
}

/** https://streams.spec.whatwg.org/#read-into-request */
export interface ReadIntoRequest {
  chunk(chunk: unknown): void;
  close(chunk: unknown): void;
  error(reason: unknown): void;
}

export interface ReadResult {
  value: unknown;
  done: boolean;
}

/** The read request behind `read()`, of either reader. */
export class PromiseReadRequest extends Deferred<ReadResult> implements ReadRequest, ReadIntoRequest {
  chunk(value: unknown): void {
    this.resolve({ value, done: false });
  }

  close(value: unknown = undefined): void {
    this.resolve({ value, done: true });
  }

  error(reason: unknown): void {
    this.reject(reason);
  }
}

/** https://streams.spec.whatwg.org/#rs-abstract-ops-used-by-controllers, the controllers' side. */
export interface ReadableController {
  readonly stream: ReadableState;
  cancelSteps(reason: unknown): unknown;
  pullSteps(request: ReadRequest): void;
  releaseSteps(): void;
}

/** Calls that end in a source of the guest's or in one of the platform's; a promise or what is as good as undefined. */
export interface SourceAlgorithms {
  pull(): unknown;
  cancel(reason: unknown): unknown;
}

export const noAlgorithms: SourceAlgorithms = { pull: () => undefined, cancel: () => undefined };

export class ReadableState {
  state: "readable" | "closed" | "errored" = "readable";
  reader: ReaderState | undefined;
  storedError: unknown = undefined;
  disturbed = false;
  controller!: ReadableController;

  get locked(): boolean {
    return this.reader !== undefined;
  }
}

/** A reader of either kind: only the requests of its own are ever filled. */
export class ReaderState {
  stream: ReadableState | undefined;
  closed: Signal;
  readonly byob: boolean;
  readonly readRequests = new Queue<ReadRequest>();
  readonly readIntoRequests = new Queue<ReadIntoRequest>();

  /** https://streams.spec.whatwg.org/#readable-stream-reader-generic-initialize, after the check for a lock. */
  constructor(stream: ReadableState, byob: boolean) {
    this.byob = byob;
    this.stream = stream;
    stream.reader = this;
    if (stream.state === "readable") this.closed = new Signal();
    else if (stream.state === "closed") this.closed = Signal.resolved();
    else this.closed = Signal.rejected(stream.storedError);
  }
}

/** https://streams.spec.whatwg.org/#acquire-readable-stream-reader */
export function acquireDefaultReader(stream: ReadableState): ReaderState {
  if (stream.locked) throw new NativeTypeError("The stream is locked to a reader already.");
  return new ReaderState(stream, false);
}

export function hasDefaultReader(stream: ReadableState): boolean {
  return stream.reader !== undefined && !stream.reader.byob;
}

export function hasByobReader(stream: ReadableState): boolean {
  return stream.reader !== undefined && stream.reader.byob;
}

/** https://streams.spec.whatwg.org/#readable-stream-cancel */
export function cancelStream(stream: ReadableState, reason: unknown): Promise<undefined> {
  stream.disturbed = true;
  if (stream.state === "closed") return resolvedPromise(undefined);
  if (stream.state === "errored") return rejectedPromise(stream.storedError);
  closeStream(stream);
  const reader = stream.reader;
  if (reader !== undefined && reader.byob) {
    const requests = takeAll(reader.readIntoRequests);
    while (requests.length > 0) requests.shift().close(undefined);
  }
  return undefinedAfter(stream.controller.cancelSteps(reason));
}

async function undefinedAfter(promise: unknown): Promise<undefined> {
  await promise;
}

/** Requests are emptied before they are answered: an answer may run the guest, which may read again. */
function takeAll<T>(queue: Queue<T>): Queue<T> {
  const taken = new Queue<T>();
  while (queue.length > 0) taken.push(queue.shift());
  return taken;
}

/** https://streams.spec.whatwg.org/#readable-stream-close */
export function closeStream(stream: ReadableState): void {
  stream.state = "closed";
  const reader = stream.reader;
  if (reader === undefined) return;
  reader.closed.resolve();
  if (reader.byob) return;
  const requests = takeAll(reader.readRequests);
  while (requests.length > 0) requests.shift().close();
}

/** https://streams.spec.whatwg.org/#readable-stream-error */
export function errorStream(stream: ReadableState, reason: unknown): void {
  stream.state = "errored";
  stream.storedError = reason;
  const reader = stream.reader;
  if (reader === undefined) return;
  reader.closed.reject(reason);
  errorRequests(reader, reason);
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreadererrorreadrequests and its BYOB twin. */
function errorRequests(reader: ReaderState, reason: unknown): void {
  const reads = takeAll(reader.readRequests);
  const readIntos = takeAll(reader.readIntoRequests);
  while (reads.length > 0) reads.shift().error(reason);
  while (readIntos.length > 0) readIntos.shift().error(reason);
}

/** https://streams.spec.whatwg.org/#readable-stream-default-reader-read */
export function readDefault(reader: ReaderState, request: ReadRequest): void {
  const stream = reader.stream!;
  stream.disturbed = true;
  if (stream.state === "closed") request.close();
  else if (stream.state === "errored") request.error(stream.storedError);
  else stream.controller.pullSteps(request);
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease and its BYOB twin. */
export function releaseReader(reader: ReaderState): void {
  const stream = reader.stream!;
  const reason = new NativeTypeError("The reader was released, and can no longer be used to watch or read the stream.");
  if (stream.state === "readable" && reader.closed.pending) reader.closed.reject(reason);
  else reader.closed = Signal.rejected(reason);
  stream.controller.releaseSteps();
  stream.reader = undefined;
  reader.stream = undefined;
  errorRequests(reader, reason);
}

/** The members of an underlying source that are called with it as `this`. */
export function sourceAlgorithms(
  source: unknown,
  pull: Function | undefined,
  cancel: Function | undefined,
  controller: object,
): SourceAlgorithms {
  return {
    pull: pull === undefined ? noAlgorithms.pull : () => invoke(pull, source, [controller]),
    cancel: cancel === undefined ? noAlgorithms.cancel : (reason) => invoke(cancel, source, [reason]),
  };
}
