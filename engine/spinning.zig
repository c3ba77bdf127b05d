//! When to wait for work without sleeping. It pays while a processor is free: a thread that loses its processor in the
//! middle of a spin has kept it from somebody with work to do, and spinning stops for a while, on both sides.
const std = @import("std");
const time = @import("time.zig");

/// Two looks at the clock are a microsecond apart. Interrupts take a few; more means that another thread ran.
const interruption = 10 * time.ns_per_us;
const rest = 10 * time.ns_per_ms;

pub const Spinning = struct {
    resumes_at: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),

    pub fn pays(self: *const Spinning, now: u64) bool {
        return now >= self.resumes_at.load(.monotonic);
    }

    /// Two looks at the clock during a spin. Whether it should go on.
    pub fn goesOn(self: *Spinning, before: u64, now: u64) bool {
        if (now -| before < interruption) return true;
        self.resumes_at.store(now + rest, .monotonic);
        return false;
    }
};

test "a spin that was interrupted is the last one for a while" {
    var spinning: Spinning = .{};
    try std.testing.expect(spinning.pays(1));
    try std.testing.expect(spinning.goesOn(1000, 2000));
    try std.testing.expect(spinning.pays(2000));
    try std.testing.expect(!spinning.goesOn(2000, 2000 + interruption));
    try std.testing.expect(!spinning.pays(2000 + interruption));
    try std.testing.expect(spinning.pays(2000 + interruption + rest));
}
