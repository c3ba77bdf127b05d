/** The numbers of engine/include/network_runtime.h. tests/abi compares the two. */

/** The ABI this library speaks. */
export const ABI_VERSION = 4;

/** Status codes of the engine. */
export const Status = {
  Ok: 0,
  Stale: -1,
  Argument: -2,
  NoMemory: -3,
  Full: -4,
  TooLarge: -5,
  OutOfSpace: -6,
  Limit: -7,
  Init: -8,
  Shutdown: -9,
  NoThread: -10,
  NoDescriptor: -11,
  Isolation: -12,
  NoProcess: -13,
  NoProgram: -14,
  CrashLoop: -15,
} as const;

/** What a post carries. */
export const PostKind = {
  Execute: 1,
  Evaluate: 2,
  Message: 3,
  Request: 4,
  Response: 5,
  ResponseError: 6,
  Console: 7,
  Locale: 8,
  Inspect: 9,
} as const;
/** One of {@link PostKind}. */
export type PostKind = (typeof PostKind)[keyof typeof PostKind];

/** What a post of {@link PostKind}.Inspect says, in its first byte. */
export const Inspect = {
  Command: 0,
  Close: 1,
  Taken: 2,
  Wait: 3,
  Profile: 4,
  ProfileEnd: 5,
  Snapshot: 6,
} as const;
/** One of {@link Inspect}. */
export type Inspect = (typeof Inspect)[keyof typeof Inspect];
/** The bits of those, and what is added: it may come in the middle of a turn; it runs none of the guest's code. */
export const INSPECT_KIND = 15;
export const INSPECT_INTERRUPTS = 64;
export const INSPECT_IS_ENGINES = 128;

/** How a script's bytes are written; the encodings of data are the codec's. */
export const SourceEncoding = { Latin1: 4, Utf16: 5, Utf8: 6 } as const;
/** One of {@link SourceEncoding}. */
export type SourceEncoding = (typeof SourceEncoding)[keyof typeof SourceEncoding];

/** Added to the length of a script's name: arguments follow. */
export const SOURCE_HAS_ARGUMENTS = 0x8000_0000;
export const SOURCE_HAS_OFFSETS = 0x4000_0000;
export const SOURCE_IS_BODY = 0x2000_0000;

/** JSON text in UTF-8: how error objects are posted. */
export const ENCODING_JSON_UTF8 = 3;

/** What a record says. */
export const RecordType = {
  Created: 1,
  Message: 2,
  Request: 3,
  Reply: 4,
  ReplyError: 5,
  Error: 6,
  Rejection: 7,
  Console: 8,
  Terminated: 9,
  Destroyed: 10,
  MemoryPressure: 11,
  Writable: 12,
  RequestAborted: 13,
  Degraded: 14,
  Inspect: 15,
} as const;

/** Bytes of a record before its payload. */
export const RECORD_HEADER_SIZE = 24;

/** Indexes into the options of nr_sandbox_create. */
export const SandboxOption = {
  Threads: 0,
  OutboundBytesMax: 1,
  IsolatesMax: 2,
  SpinUs: 3,
  SpareThreads: 4,
  Count: 5,
} as const;

/** Indexes into the options of nr_isolate_create. */
export const IsolateOption = {
  CpuMs: 0,
  CpuTotalMs: 1,
  WallMs: 2,
  MemoryMb: 3,
  MailboxBytesMax: 4,
  OutboundBytesMax: 5,
  MessageBytesMax: 6,
  RequestsMax: 7,
  TimersMax: 8,
  StackKb: 9,
  Flags: 10,
  CpuShare: 11,
  RandomSeed: 12,
  ClockStartMs: 13,
  Template: 14,
  Count: 15,
} as const;

/** Bits of IsolateOption.Flags. */
export const IsolateFlag = {
  Console: 1,
  ClockFrozen: 2,
  NoWasm: 4,
  NoCodegen: 8,
  ContainFatal: 16,
  RandomSeeded: 32,
  RandomSecrets: 64,
  ClockHosted: 128,
  ClockJumps: 256,
} as const;

/** Indexes into the result of nr_isolate_stats. */
export const IsolateStat = {
  CpuMs: 0,
  Turns: 1,
  HeapUsedBytes: 2,
  HeapTotalBytes: 3,
  ExternalBytes: 4,
  MallocBytes: 5,
  MailboxBytes: 6,
  OutboundBytes: 7,
  MessagesIn: 8,
  MessagesOut: 9,
  DroppedIn: 10,
  Preemptions: 11,
  Pauses: 12,
  BackgroundCpuMs: 13,
  MemoryPeakBytes: 14,
  Count: 15,
} as const;

/** Indexes into the result of nr_sandbox_stats. */
export const SandboxStat = {
  Isolates: 0,
  Threads: 1,
  Running: 2,
  Queued: 3,
  OutboundBytes: 4,
  CpuMs: 5,
  Turns: 6,
  Contained: 7,
  Abandoned: 8,
  LeakedBytes: 9,
  Doorbells: 10,
  Count: 11,
} as const;

/** Indexes into the process options of nr_process_sandbox_create. */
export const ProcessOption = {
  ProcessesMax: 0,
  SpareProcesses: 1,
  IsolatesPerProcess: 2,
  Required: 3,
  NoJit: 4,
  Count: 5,
} as const;

/** Bits of ProcessOption.Required, and of what is in force. */
export const Layer = {
  Seccomp: 1,
  NoNewPrivileges: 2,
  Landlock: 4,
  Namespaces: 8,
  Unprivileged: 16,
  NoJit: 32,
} as const;

/** Indexes into the result of nr_process_isolate_process. */
export const ProcessOf = { Pid: 0, Isolates: 1, Count: 2 } as const;

/** Indexes into the result of nr_process_sandbox_processes. */
export const ProcessStat = { Living: 0, Spare: 1, Crashed: 2, Started: 3, Count: 4 } as const;
