/**
 * Runs untrusted JavaScript in V8 isolates inside a Bun process.
 *
 * @packageDocumentation
 */
export { V8Sandbox } from "./sandbox.ts";
export type { Versions } from "./sandbox.ts";
export { Isolate } from "./isolate.ts";
export type { EventContext, EventHandler, RequestContext, RequestHandler } from "./isolate.ts";
export {
  AbortError,
  ArgumentError,
  BackpressureError,
  DataCloneError,
  DecodeError,
  EngineError,
  EngineMismatchError,
  EngineNotFoundError,
  EvaluationError,
  IsolateDestroyedError,
  LimitError,
  MessageTooLargeError,
  OptionError,
  RequestError,
  SandboxError,
  SandboxShutdownError,
  TerminatedError,
  TimeoutError,
} from "./errors.ts";
export type { GuestError, Termination } from "./errors.ts";
export type {
  ArgumentOf,
  ConsoleEvent,
  ConsoleLevel,
  DestroyedEvent,
  EventsOf,
  MemoryPressureEvent,
  MethodsOf,
  NameOf,
  Protocol,
  ResultOf,
  SystemEvent,
  SystemEvents,
  Untyped,
} from "./events.ts";
export type { CallOptions, EvaluateOptions, ExecuteOptions, IsolateOptions, SandboxOptions } from "./options.ts";
export type { IsolateStats, SandboxStats } from "./stats.ts";
