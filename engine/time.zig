//! Clocks. All times in the engine are nanoseconds of CLOCK_MONOTONIC, all CPU times nanoseconds of a thread's CPU clock.
const std = @import("std");

pub const ns_per_ms: u64 = 1_000_000;
pub const ns_per_us: u64 = 1_000;
/// "Never", as a deadline.
pub const never: u64 = std.math.maxInt(u64);

fn read(id: std.c.clockid_t) u64 {
    var ts: std.c.timespec = undefined;
    if (std.c.clock_gettime(id, &ts) != 0) return 0;
    return @as(u64, @intCast(ts.sec)) * 1_000_000_000 + @as(u64, @intCast(ts.nsec));
}

pub fn now() u64 {
    return read(.MONOTONIC);
}

/// CPU time of the calling thread.
pub fn threadCpu() u64 {
    return read(.THREAD_CPUTIME_ID);
}

extern "c" fn pthread_getcpuclockid(thread: std.c.pthread_t, id: *c_int) c_int;
extern "c" fn pthread_self() std.c.pthread_t;

/// Names the calling thread's CPU clock, so that another thread can read it while this one lives.
pub const CpuClock = struct {
    id: c_int = 0,

    pub fn ofCurrentThread() CpuClock {
        var clock: CpuClock = .{};
        const status = pthread_getcpuclockid(pthread_self(), &clock.id);
        std.debug.assert(status == 0);
        return clock;
    }

    pub fn value(self: CpuClock) u64 {
        return read(@enumFromInt(@as(u32, @bitCast(self.id))));
    }
};

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
    const clock = CpuClock.ofCurrentThread();
    try std.testing.expect(clock.value() > 0);
    try std.testing.expectEqual(never, fromMs(std.math.inf(f64)));
    try std.testing.expectEqual(@as(u64, 0), fromMs(std.math.nan(f64)));
}
