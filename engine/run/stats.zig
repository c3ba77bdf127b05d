//! Figures for nr_*_stats, in the order of constants.zig.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const time = @import("../system/time.zig");
const Isolate = @import("isolate.zig").Isolate;
const Sandbox = @import("sandbox.zig").Sandbox;

fn number(value: anytype) f64 {
    return @floatFromInt(value);
}

pub fn ofIsolate(isolate: *Isolate, out: *[std.enums.values(constants.IsolateStat).len]f64) void {
    const cpu_ns = blk: {
        isolate.sandbox.lock();
        defer isolate.sandbox.unlock();
        break :blk isolate.cpuUsed();
    };
    isolate.sample_mutex.lock();
    const sample = isolate.sample;
    isolate.sample_mutex.unlock();
    for (std.enums.values(constants.IsolateStat), out) |stat, *value| {
        value.* = switch (stat) {
            .cpu_ms => time.toMs(cpu_ns),
            .turns => number(isolate.turns.load(.monotonic)),
            .heap_used_bytes => sample.heap_used_bytes,
            .heap_total_bytes => sample.heap_total_bytes,
            .external_bytes => sample.external_bytes,
            .malloc_bytes => sample.malloc_bytes,
            .mailbox_bytes => number(isolate.mailbox.bytes.load(.monotonic)),
            .outbound_bytes => number(isolate.outbound_bytes.load(.monotonic)),
            .messages_in => number(isolate.messages_in.load(.monotonic)),
            .messages_out => number(isolate.messages_out.load(.monotonic)),
            .dropped_in => number(isolate.dropped_in.load(.monotonic)),
            .preemptions => number(isolate.preemptions.load(.monotonic)),
            .pauses => number(isolate.pauses.load(.monotonic)),
            .memory_peak_bytes => sample.memory_peak_bytes,
            .background_cpu_ms => time.toMs(isolate.background_ns.load(.monotonic)),
        };
    }
}

pub fn ofSandbox(sandbox: *Sandbox, out: *[std.enums.values(constants.SandboxStat).len]f64) void {
    sandbox.lock();
    defer sandbox.unlock();
    var cpu_ns = sandbox.cpu_ns_dead;
    var turns = sandbox.turns_dead;
    var cursor = sandbox.isolates;
    while (cursor) |isolate| : (cursor = isolate.next) {
        cpu_ns += isolate.cpuUsed();
        turns += isolate.turns.load(.monotonic);
    }
    for (std.enums.values(constants.SandboxStat), out) |stat, *value| {
        value.* = switch (stat) {
            .isolates => number(sandbox.isolate_count),
            .threads => number(sandbox.scheduler.thread_count),
            .running => number(sandbox.scheduler.slots_used),
            .queued => number(sandbox.scheduler.queue.len()),
            .outbound_bytes => number(sandbox.outbox.bytes.load(.monotonic)),
            .cpu_ms => time.toMs(cpu_ns),
            .turns => number(turns),
            .contained => number(sandbox.contained),
            .abandoned => number(sandbox.abandoned),
            .leaked_bytes => number(sandbox.leaked_bytes),
            .doorbells => number(sandbox.doorbell.rung.load(.monotonic)),
        };
    }
}
