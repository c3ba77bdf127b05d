/** Counters of isolates and sandboxes. */
import { IsolateStat, SandboxStat } from "./engine.ts";

/** What one isolate has used and done. After its end: the numbers it ended with. */
export interface IsolateStats {
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
  /** Queued for the guest, in bytes. */
  readonly mailboxBytes: number;
  /** Sent by the guest and not yet taken by the host, in bytes. */
  readonly outboundBytes: number;
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
}

/** The part of an isolate's counters that the library keeps itself. */
export type HostSideStats = Pick<
  IsolateStats,
  "droppedOut" | "unheardErrors" | "malformed" | "requestsPending" | "callsPending"
>;

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
}

/** Names the engine's counters of an isolate. */
export function toIsolateStats(values: Float64Array, hostSide: HostSideStats): IsolateStats {
  const at = (index: number): number => values[index] ?? 0;
  return {
    cpuMs: at(IsolateStat.CpuMs),
    backgroundCpuMs: at(IsolateStat.BackgroundCpuMs),
    turns: at(IsolateStat.Turns),
    heapUsedBytes: at(IsolateStat.HeapUsedBytes),
    heapTotalBytes: at(IsolateStat.HeapTotalBytes),
    externalBytes: at(IsolateStat.ExternalBytes),
    mallocBytes: at(IsolateStat.MallocBytes),
    mailboxBytes: at(IsolateStat.MailboxBytes),
    outboundBytes: at(IsolateStat.OutboundBytes),
    messagesIn: at(IsolateStat.MessagesIn),
    messagesOut: at(IsolateStat.MessagesOut),
    droppedIn: at(IsolateStat.DroppedIn),
    preemptions: at(IsolateStat.Preemptions),
    pauses: at(IsolateStat.Pauses),
    ...hostSide,
  };
}

/** Names the engine's counters of a sandbox. */
export function toSandboxStats(values: Float64Array): SandboxStats {
  const at = (index: number): number => values[index] ?? 0;
  return {
    isolates: at(SandboxStat.Isolates),
    threads: at(SandboxStat.Threads),
    running: at(SandboxStat.Running),
    queued: at(SandboxStat.Queued),
    outboundBytes: at(SandboxStat.OutboundBytes),
    cpuMs: at(SandboxStat.CpuMs),
    turns: at(SandboxStat.Turns),
    contained: at(SandboxStat.Contained),
    abandoned: at(SandboxStat.Abandoned),
    leakedBytes: at(SandboxStat.LeakedBytes),
    doorbells: at(SandboxStat.Doorbells),
  };
}
