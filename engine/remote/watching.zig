//! What the keeper looks at now and then: children that have more than their isolates may have, that are not confined, or
//! that were told to end an isolate and do not. The kernel is asked, never the child.
const std = @import("std");
const layout = @import("../ring/layout.zig");
const remote = @import("remote.zig");
const system_process = @import("../system/process.zig");
const time = @import("../system/time.zig");
const Process = @import("process.zig").Process;

/// How often.
const period = 1000 * time.ns_per_ms;
/// How long a child may take to end an isolate: the engine gives a turn up after a quarter of a second, a disposal after two.
pub const patience = 4000 * time.ns_per_ms;

const mib: u64 = 1024 * 1024;
/// What an isolate may have beyond its limit, and a child without isolates.
const slack_of_isolate = 64 * mib;
const slack_of_process = 192 * mib;

/// When to look again.
pub fn look(handles: []const u32, now: u64) u64 {
    var any = false;
    for (handles) |handle| {
        const process = remote.processes.acquire(handle) orelse continue;
        defer remote.processes.release(handle);
        if (lookAt(process, now)) any = true;
    }
    return if (any) now + period else time.never;
}

/// Whether it has isolates.
fn lookAt(process: *Process, now: u64) bool {
    const sandbox = process.sandbox;
    var memory_max: u64 = 0;
    {
        sandbox.mutex.lock();
        defer sandbox.mutex.unlock();
        if (process.isDoomed()) return true;
        if (process.isolate_count == 0) return false;
        memory_max = slack_of_process + process.isolate_count * slack_of_isolate + process.memory_bytes;
        if (process.unlimited_count != 0) memory_max = std.math.maxInt(u64);
        for (&process.seats) |*seat| {
            const isolate = seat.isolate orelse continue;
            if (isolate.answer_due <= now) process.kill(.unresponsive);
        }
        process.wakeIfDue(now);
    }
    const use = system_process.use(process.pid) orelse return true;
    const threads_max = layout.threadsMax(sandbox.limits.threads, sandbox.limits.spare_threads);
    if (use.private_bytes <= memory_max and use.threads <= threads_max) return true;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    process.kill(if (use.threads > threads_max) .threads else .memory);
    return true;
}
