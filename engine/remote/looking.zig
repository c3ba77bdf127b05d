//! Whether records of child processes have come: the host's pump asks, and sleeps when it is told to.
const std = @import("std");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Sandbox = @import("sandbox.zig").Sandbox;

const spin_us_max = 1000;

/// 1: records wait. 0: none came. 2: none came, and to sleep is better than to look again.
pub fn poll(sandbox: *Sandbox, spin_us: u32) i32 {
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    const cpu = system_thread.currentCpu();
    sandbox.is_armed = false;
    const asked_at = time.now();
    var is_busy = false;
    var shares_cpu = false;
    for (sandbox.nursery.list.items) |process| {
        process.pump();
        process.wakeIfDue(asked_at);
        if (process.isBusy()) is_busy = true;
        if (process.isolate_count == 0) continue;
        process.control().host_cpu.value.store(cpu, .monotonic);
        if (process.control().child_cpu.value.load(.monotonic) == cpu) shares_cpu = true;
    }
    if (sandbox.hasRecords()) return 1;
    if (!is_busy) return 2;
    if (shares_cpu) {
        // Spinning here would only keep the child from working.
        std.Thread.yield() catch {};
        return @intFromBool(sandbox.hasRecords());
    }
    var now = asked_at;
    const nothing: i32 = if (sandbox.spinning.pays(now)) 0 else 2;
    const until = now + @as(u64, @min(spin_us, spin_us_max)) * time.ns_per_us;
    while (!sandbox.hasRecords()) {
        for (0..16) |_| std.atomic.spinLoopHint();
        const before = now;
        now = time.now();
        for (sandbox.nursery.list.items) |process| process.wakeIfDue(now);
        if (!sandbox.spinning.goesOn(before, now)) return if (sandbox.hasRecords()) 1 else 2;
        if (now >= until) return nothing;
    }
    return 1;
}

/// 1: the bell rings for the next record. 0: there are some.
pub fn arm(sandbox: *Sandbox) i32 {
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    sandbox.arm(true);
    for (sandbox.nursery.list.items) |process| process.pump();
    if (!sandbox.hasRecords()) return 1;
    sandbox.arm(false);
    return 0;
}

pub fn disarm(sandbox: *Sandbox) void {
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    sandbox.arm(false);
}
