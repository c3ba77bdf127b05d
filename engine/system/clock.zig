//! The system's clocks, in nanoseconds.
const std = @import("std");

extern "c" fn pthread_getcpuclockid(thread: std.c.pthread_t, id: *c_int) c_int;

fn read(id: std.c.clockid_t) u64 {
    var ts: std.c.timespec = undefined;
    if (std.c.clock_gettime(id, &ts) != 0) return 0;
    return @as(u64, @intCast(ts.sec)) * 1_000_000_000 + @as(u64, @intCast(ts.nsec));
}

/// The monotonic clock.
pub fn now() u64 {
    return read(.MONOTONIC);
}

/// CPU time of the calling thread.
pub fn threadCpu() u64 {
    return read(.THREAD_CPUTIME_ID);
}

/// Names the calling thread's CPU clock, so that another thread can read it while this one lives.
pub const CpuClock = struct {
    id: c_int = 0,

    pub fn ofCurrentThread() CpuClock {
        var clock: CpuClock = .{};
        const status = pthread_getcpuclockid(std.c.pthread_self(), &clock.id);
        std.debug.assert(status == 0);
        return clock;
    }

    pub fn value(self: CpuClock) u64 {
        return read(@enumFromInt(@as(u32, @bitCast(self.id))));
    }
};
