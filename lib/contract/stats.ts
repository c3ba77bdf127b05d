/** Counters of isolates and sandboxes. */

/**
 * What one isolate has used and done until now, a turn under way included. From `destroy()` or `shutdown()` on: the
 * numbers of that moment. After a limit ended it: the numbers it ended with.
 */
export interface IsolateStats {
  /** The name it was given, if it was given one. */
  readonly name?: string;
  /** CPU time of all turns and of V8's compilers at work for them, in milliseconds. */
  readonly cpuMs: number;
  /** The part of `cpuMs` that V8's compilers used on other threads, in milliseconds. */
  readonly backgroundCpuMs: number;
  /** Turns run: scripts, messages, timers and answers. */
  readonly turns: number;
  /** Live and dead objects on the heap, in bytes. */
  readonly heapUsedBytes: number;
  /** The heap's size, in bytes. */
  readonly heapTotalBytes: number;
  /** ArrayBuffers and WebAssembly memory, in bytes. */
  readonly externalBytes: number;
  /** Memory V8 took from malloc for this isolate, in bytes. */
  readonly mallocBytes: number;
  /**
   * The most memory it has held at a time, as its limit counts it and in whole pages: heap, garbage too, code, WebAssembly,
   * ArrayBuffers and what V8 takes from malloc, in bytes.
   */
  readonly memoryPeakBytes: number;
  /** Queued for the guest, in bytes. */
  readonly mailboxBytes: number;
  /** Sent by the guest and not yet taken by the host, in bytes. */
  readonly outboundBytes: number;
  /** Kept by the host on the guest's behalf, in bytes: see `hostBytesMax`. */
  readonly hostBytes: number;
  /** Messages delivered to the guest. */
  readonly messagesIn: number;
  /** Messages the guest sent. */
  readonly messagesOut: number;
  /** Messages delivered that no guest listener took. */
  readonly droppedIn: number;
  /** Messages of the guest that no host handler took. */
  readonly droppedOut: number;
  /** Guest errors and rejections that no `onSystem` handler took. */
  readonly unheardErrors: number;
  /** Messages of the guest that could not be decoded. */
  readonly malformed: number;
  /** Guest requests the host has not answered yet. */
  readonly requestsPending: number;
  /** Evaluates and host requests the guest has not answered yet. */
  readonly callsPending: number;
  /** Times a turn was interrupted for other isolates. */
  readonly preemptions: number;
  /** Times the guest was paused because the host had not taken its messages. */
  readonly pauses: number;
  /** With `isolation: "process"`: the child process that it is in, or was at last. */
  readonly process?: ProcessOfIsolate;
}

/** A child process, as one of its isolates has it. */
export interface ProcessOfIsolate {
  /** Its number; 0 while it is being started. */
  readonly pid: number;
  /** Isolates that share it. */
  readonly isolates: number;
}

/** A sandbox's child processes. */
export interface ProcessStats {
  /** Those that live. */
  readonly living: number;
  /** Of those the ones that wait for a group. */
  readonly spare: number;
  /** All that ended and were not told to. */
  readonly crashed: number;
  /** All there have been. */
  readonly started: number;
}

/** What a sandbox has used and done. */
export interface SandboxStats {
  /** Isolates the engine holds, those that are ending too. */
  readonly isolates: number;
  /** Threads that exist now. */
  readonly threads: number;
  /** Isolates running JavaScript now. */
  readonly running: number;
  /** Isolates waiting for a thread. */
  readonly queued: number;
  /** Messages of guests not yet taken by the host, in bytes. */
  readonly outboundBytes: number;
  /** CPU time of all isolates, ended ones too, in milliseconds. */
  readonly cpuMs: number;
  /** Turns run by all isolates. */
  readonly turns: number;
  /** Fatal V8 errors that were contained: the isolate ended, the process did not. */
  readonly contained: number;
  /** Turns that did not stop when told to and were left behind. */
  readonly abandoned: number;
  /** Memory of isolates that could not be freed, in bytes. If it grows, recycle the process. */
  readonly leakedBytes: number;
  /** Wake-ups of the host. */
  readonly doorbells: number;
  /** What templates keep, in bytes: see `templateBytesMax`. */
  readonly templateBytes: number;
  /** With `isolation: "process"`: the child processes. */
  readonly processes?: ProcessStats;
}
