/**
 * The narrow interface between the library and an engine. Nothing here knows of pointers or shared memory: lib/ffi/transport.ts
 * has the engine in this process, and the one in child processes.
 */
import type { IsolateLimits, IsolationLayer, SandboxLimits } from "../contract/options.ts";
import type { ProcessOfIsolate, ProcessStats } from "../contract/stats.ts";
import type { PostKind } from "./constants.ts";

export {
  ENCODING_JSON_UTF8,
  INSPECT_INTERRUPTS,
  INSPECT_IS_ENGINES,
  INSPECT_KIND,
  Inspect,
  IsolateStat,
  PostKind,
  RecordType,
  SOURCE_HAS_ARGUMENTS,
  SOURCE_HAS_OFFSETS,
  SOURCE_IS_BODY,
  SandboxStat,
  SourceEncoding,
  Status,
} from "./constants.ts";

/** Takes the engine's records, in order. Must not throw. */
export interface RecordSink {
  /**
   * Takes a record, or a part of it as far as there is time: then it is called again with the same record, before the
   * next one.
   *
   * @param type - a RecordType
   * @param encoding - how the payload is written
   * @param isolateId - the id given to `createIsolate`
   * @param requestId - of requests and their answers, else 0
   * @param bytes - where the payload is, until this call returns true
   * @param start - its first byte
   * @param end - after its last byte
   * @param deadline - when to stop, a time of `performance.now()`
   * @returns whether the record has been taken
   */
  record(
    type: number,
    encoding: number,
    isolateId: number,
    requestId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    deadline: number,
  ): boolean;
}

/** Names an isolate to the engine. */
export type IsolateHandle = number;

/** Names a template to the engine; 0: none. */
export type TemplateHandle = number;

/** One sandbox of an engine. Calls answer at once; what they lead to comes as records. */
export interface EngineSandbox {
  /** The layers of its child processes' confinement; undefined: there are none. */
  readonly layers?: readonly IsolationLayer[];
  /**
   * Asks for an isolate, which takes posts from now on.
   *
   * @param group - whose it is: those of different groups never share a process, where there are any
   * @param template - whose modules it has
   * @returns its handle, or a negative status
   */
  createIsolate(isolateId: number, limits: IsolateLimits, group: number, template: TemplateHandle): IsolateHandle;
  /**
   * Keeps modules for isolates that are made of them.
   *
   * @param modules - as nr_template_create takes them
   * @returns its handle, or a negative status
   */
  createTemplate(modules: Uint8Array): TemplateHandle;
  /** No more isolates are made of it. */
  releaseTemplate(template: TemplateHandle): void;
  /** After Status.CrashLoop: when the group may have another process, in milliseconds from then. */
  readonly retryAfterMs?: number;
  /**
   * Queues work of an isolate, in the order of these calls; the bytes are copied.
   * @returns a status
   */
  post(
    isolate: IsolateHandle,
    kind: PostKind,
    encoding: number,
    requestId: number,
    bytes: Uint8Array | null,
    length: number,
  ): number;
  /** Gives up an evaluate or a host request; the isolate lives on. */
  cancel(isolate: IsolateHandle, requestId: number): void;
  /** Ends an isolate; its last record is RecordType.Destroyed. */
  destroyIsolate(isolate: IsolateHandle): void;
  /**
   * Fills in an isolate's counters, in the order of IsolateStat.
   * @returns a status
   */
  isolateStats(isolate: IsolateHandle, into: Float64Array): number;
  /**
   * Fills in the sandbox's counters, in the order of SandboxStat.
   * @returns a status
   */
  sandboxStats(into: Float64Array): number;
  /** The isolate's child process, if there are any and it is known. */
  isolateProcess?(isolate: IsolateHandle): ProcessOfIsolate | undefined;
  /** The child processes, if there are any. */
  processes?(): ProcessStats;
  /** Whether waiting for records keeps the process alive. */
  setReferenced(referenced: boolean): void;
  /**
   * Ends all isolates, blocking for a bounded time. The records left follow in a later turn of the event loop, then
   * `done` is called, then everything is freed. No other call is made after this one.
   */
  shutdown(done: () => void): void;
}

/** A loaded engine. */
export interface Engine {
  /** Version of the ABI it speaks. */
  readonly abi: number;
  /** Version of its V8. */
  readonly v8: string;
  /**
   * Makes a sandbox whose records go to `sink`.
   * @throws LimitError, EngineError, IsolationError
   */
  createSandbox(limits: SandboxLimits, sink: RecordSink): EngineSandbox;
}
