//! The host's side of spinning: waiting for records for a moment instead of sleeping.
const std = @import("std");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Sandbox = @import("sandbox.zig").Sandbox;

const spin_us_max = 1000;

/// 1: records wait. 0: none came. 2: none came, and to sleep is better than to look again.
pub fn poll(sandbox: *Sandbox, spin_us: u32) i32 {
    if (!sandbox.outbox.isEmpty()) return 1;
    if (sandbox.active.load(.seq_cst) == 0) return if (sandbox.outbox.isEmpty()) 2 else 1;
    const cpu = system_thread.currentCpu();
    sandbox.host_cpu.store(cpu, .monotonic);
    if (sandbox.engine_cpu.load(.monotonic) == cpu) {
        // Spinning here would only keep the engine's thread from working.
        std.Thread.yield() catch {};
        return @intFromBool(!sandbox.outbox.isEmpty());
    }
    var now = time.now();
    // One look is worth it in any case: records that come one by one would ring for each.
    const nothing: i32 = if (sandbox.spinning.pays(now)) 0 else 2;
    const until = now + @as(u64, @min(spin_us, spin_us_max)) * time.ns_per_us;
    while (sandbox.outbox.isEmpty()) {
        for (0..16) |_| std.atomic.spinLoopHint();
        const before = now;
        now = time.now();
        if (!sandbox.spinning.goesOn(before, now)) return if (sandbox.outbox.isEmpty()) 2 else 1;
        if (now >= until) return nothing;
    }
    return 1;
}
