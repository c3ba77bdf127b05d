/**
 * Runs untrusted JavaScript in V8 isolates inside a Bun process.
 *
 * @packageDocumentation
 */
export { V8Sandbox } from "./api/sandbox.ts";
export type { Isolation, Versions } from "./api/sandbox.ts";
export { Isolate } from "./api/isolate.ts";
export type { IsolateHandlers } from "./api/isolate-handlers.ts";
export { tool } from "./api/tool.ts";
export type { IsolateTemplate } from "./api/isolate-template.ts";
export type { TemplateContext, TemplateOptions } from "./api/template-options.ts";
export { moduleDirectory } from "./modules/directory.ts";
export type {
  CallContext,
  EventContext,
  EventHandler,
  HostApi,
  RequestContext,
  RequestHandler,
} from "./api/isolate.ts";
export {
  AbortError,
  ArgumentError,
  BackpressureError,
  CrashLoopError,
  DataCloneError,
  DecodeError,
  EngineError,
  EngineMismatchError,
  EngineNotFoundError,
  EvaluationError,
  InputError,
  InspectorError,
  IsolateDestroyedError,
  IsolationError,
  LimitError,
  ListenError,
  MessageTooLargeError,
  ModuleNotFoundError,
  ModuleSourceError,
  OptionError,
  RequestError,
  SandboxError,
  SandboxShutdownError,
  TemplateError,
  TerminatedError,
  TimeoutError,
} from "./contract/errors.ts";
export type { HostClock, Seeded } from "./contract/determinism.ts";
export type { EndReason, GuestError, InputIssue, Termination, TerminationReason } from "./contract/errors.ts";
export type {
  ArgsOf,
  ArgumentOf,
  ConsoleEvent,
  ConsoleLevel,
  DataOf,
  DestroyedEvent,
  EventsOf,
  GivenArgsOf,
  MemoryPressureEvent,
  MethodsOf,
  NameOf,
  Protocol,
  ResultOf,
  SystemEvent,
  SystemEvents,
  Untyped,
} from "./contract/events.ts";
export type {
  ExposedOf,
  FromGuest,
  GuestApi,
  GuestFunction,
  HostSide,
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaResult,
  StandardSchemaSegment,
  UntypedApi,
} from "./contract/exposed.ts";
export type { DashboardOptions } from "./contract/dashboard.ts";
export { formatConsole } from "./api/format-console.ts";
export type { FormatConsoleOptions } from "./api/format-console.ts";
export type { Listening, ListenOptions } from "./contract/listening.ts";
export type {
  FoundModule,
  Imported,
  ModuleContext,
  ModuleLanguage,
  ModuleMap,
  ModuleResolver,
  Modules,
  ModuleSource,
} from "./contract/modules.ts";
export type {
  CallOptions,
  CreateIsolateOptions,
  EvaluateOptions,
  Exactly,
  ExecuteOptions,
  ImportOptions,
  IsolateOptions,
  IsolationLayer,
  ProcessIsolation,
  SandboxOptions,
} from "./contract/options.ts";
export type {
  CpuProfile,
  CpuProfileNode,
  CpuProfileOptions,
  InspectOptions,
  InspectorServer,
} from "./contract/inspect.ts";
export type {
  IsolateMetrics,
  IsolateState,
  MetricsHistogram,
  MetricsOptions,
  SandboxMetrics,
} from "./contract/metrics.ts";
export type { IsolateStats, ProcessOfIsolate, ProcessStats, SandboxStats } from "./contract/stats.ts";
