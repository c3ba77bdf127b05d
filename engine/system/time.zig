//! Clocks. All times in the engine are nanoseconds of the monotonic clock, all CPU times nanoseconds of a thread's CPU clock.
const std = @import("std");
const clock = @import("clock.zig");

pub const ns_per_ms: u64 = 1_000_000;
pub const ns_per_us: u64 = 1_000;
/// "Never", as a deadline.
pub const never: u64 = std.math.maxInt(u64);

pub const now = clock.now;
pub const threadCpu = clock.threadCpu;
pub const CpuClock = clock.CpuClock;

pub fn toMs(ns: u64) f64 {
    return @as(f64, @floatFromInt(ns)) / @as(f64, ns_per_ms);
}

/// Milliseconds as nanoseconds; negative and NaN become 0, too large becomes `never`.
pub fn fromMs(ms: f64) u64 {
    if (!(ms > 0)) return 0;
    const ns = ms * @as(f64, ns_per_ms);
    return if (ns >= 9e18) never else @intFromFloat(ns);
}

test "clocks go forward" {
    const a = now();
    try std.testing.expect(now() >= a);
    const cpu = CpuClock.ofCurrentThread();
    try std.testing.expect(cpu.value() > 0);
    try std.testing.expectEqual(never, fromMs(std.math.inf(f64)));
    try std.testing.expectEqual(@as(u64, 0), fromMs(std.math.nan(f64)));
}
