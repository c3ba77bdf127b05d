/** The engine's counters by their public names. */
import type { IsolateStats, SandboxStats } from "../contract/stats.ts";
import { IsolateStat, SandboxStat } from "../engine/engine.ts";

/** The part of an isolate's counters that the library keeps itself. */
export type HostSideStats = Pick<
  IsolateStats,
  "name" | "process" | "hostBytes" | "droppedOut" | "unheardErrors" | "malformed" | "requestsPending" | "callsPending"
>;

/** Names the engine's counters of an isolate. */
export function toIsolateStats(values: Float64Array, hostSide: HostSideStats): IsolateStats {
  const at = (index: number): number => values[index] ?? 0;
  return {
    cpuMs: at(IsolateStat.CpuMs),
    backgroundCpuMs: at(IsolateStat.BackgroundCpuMs),
    memoryPeakBytes: at(IsolateStat.MemoryPeakBytes),
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
export function toSandboxStats(values: Float64Array, templateBytes: number): SandboxStats {
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
    templateBytes,
  };
}
