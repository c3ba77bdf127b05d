/** An engine without V8: keeps what is posted, and says what the test wants said. */
import { encodePair, encodeValue, ByteSink, decodePair, decodeValue } from "../../lib/codec/index.ts";
import type { Encoding } from "../../lib/codec/index.ts";
import { PostKind, RecordType, Status } from "../../lib/engine/engine.ts";
import type { Engine, EngineSandbox, RecordSink } from "../../lib/engine/engine.ts";
import type { IsolateLimits, SandboxLimits } from "../../lib/contract/options.ts";
import { useEngine, V8Sandbox } from "../../lib/api/sandbox.ts";
import type { SandboxOptions } from "../../lib/contract/options.ts";

/** One call of `post` that was accepted. */
export interface Post {
  readonly isolate: number;
  readonly kind: number;
  readonly encoding: number;
  readonly requestId: number;
  readonly bytes: Uint8Array;
}

export class FakeSandbox implements EngineSandbox {
  readonly posts: Post[] = [];
  readonly cancelled: number[] = [];
  readonly destroyed: number[] = [];
  readonly limits: IsolateLimits[] = [];
  /** What post answers. */
  status: number = Status.Ok;
  /** What createIsolate answers, if not a handle. */
  createStatus: number = Status.Ok;
  /** Whether isolates become ready by themselves. */
  autoCreate = true;
  referenced = false;
  /** Called by shutdown before the records left are handed out. */
  onShutdown: () => void = () => {};
  readonly #sink: RecordSink;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  createIsolate(isolateId: number, limits: IsolateLimits): number {
    if (this.createStatus !== Status.Ok) return this.createStatus;
    this.limits.push(limits);
    if (this.autoCreate) queueMicrotask(() => this.emit(RecordType.Created, isolateId));
    return isolateId + 1000;
  }

  createTemplate(): number {
    return 1;
  }

  releaseTemplate(): void {}

  post(
    isolate: number,
    kind: PostKind,
    encoding: number,
    requestId: number,
    bytes: Uint8Array | null,
    length: number,
  ): number {
    if (this.status !== Status.Ok) return this.status;
    this.posts.push({ isolate, kind, encoding, requestId, bytes: new Uint8Array(bytes?.subarray(0, length) ?? []) });
    return Status.Ok;
  }

  cancel(_isolate: number, requestId: number): void {
    this.cancelled.push(requestId);
  }

  destroyIsolate(isolate: number): void {
    this.destroyed.push(isolate - 1000);
  }

  isolateStats(_isolate: number, into: Float64Array): number {
    into.fill(7);
    return Status.Ok;
  }

  sandboxStats(into: Float64Array): number {
    into.fill(5);
    return Status.Ok;
  }

  setReferenced(referenced: boolean): void {
    this.referenced = referenced;
  }

  shutdown(done: () => void): void {
    queueMicrotask(() => {
      this.onShutdown();
      done();
    });
  }

  /** A record with a value, or without any. */
  emit(type: number, isolateId = 0, requestId = 0, value?: unknown): void {
    const sink = new ByteSink();
    const encoding = value === undefined ? 0 : encodeValue(value, sink);
    this.#sink.record(type, encoding, isolateId, requestId, sink.bytes, 0, sink.length, Infinity);
  }

  /** A record with a pair. */
  emitPair(type: number, name: string, data: unknown, isolateId = 0, requestId = 0): void {
    const sink = new ByteSink();
    const encoding = encodePair(name, data, sink);
    this.#sink.record(type, encoding, isolateId, requestId, sink.bytes, 0, sink.length, Infinity);
  }

  /** A record with these bytes. */
  emitRaw(type: number, encoding: number, bytes: Uint8Array, requestId = 0): void {
    this.#sink.record(type, encoding, 0, requestId, bytes, 0, bytes.length, Infinity);
  }

  lastPost(): Post {
    const post = this.posts.at(-1);
    if (!post) throw new Error("nothing was posted");
    return post;
  }
}

export class FakeEngine implements Engine {
  readonly abi = 1;
  readonly v8 = "fake";
  readonly created: FakeSandbox[] = [];
  limits: SandboxLimits | undefined;

  createSandbox(limits: SandboxLimits, sink: RecordSink): FakeSandbox {
    this.limits = limits;
    const sandbox = new FakeSandbox(sink);
    this.created.push(sandbox);
    return sandbox;
  }
}

/** A sandbox on a fake engine. */
export function fakeSandbox(options: SandboxOptions = {}): {
  sandbox: V8Sandbox;
  fake: FakeSandbox;
  engine: FakeEngine;
} {
  const engine = new FakeEngine();
  useEngine(engine);
  try {
    const sandbox = new V8Sandbox(options);
    return { sandbox, fake: engine.created[0] as FakeSandbox, engine };
  } finally {
    useEngine(undefined);
  }
}

export function postedPair(post: Post): [unknown, unknown] {
  return decodePair(post.encoding as Encoding, post.bytes, 0, post.bytes.length);
}

export function postedValue(post: Post): unknown {
  return decodeValue(post.encoding as Encoding, post.bytes, 0, post.bytes.length);
}
