//! When to wait for work without sleeping. It pays while a processor is free: a thread that loses its processor in the
//! middle of a spin has kept it from somebody with work to do. When that happens again and again, spinning stops for a while,
//! on both sides.
const std = @import("std");
const time = @import("../system/time.zig");

/// Two looks at the clock are a microsecond apart. Interrupts take a few; more means that another thread ran.
const interruption = 10 * time.ns_per_us;
/// Once is nothing: the system has work of its own now and then.
const again_within = 2 * time.ns_per_ms;
const rest = 10 * time.ns_per_ms;

pub const Spinning = struct {
    interrupted_at: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    resumes_at: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),

    pub fn pays(self: *const Spinning, now: u64) bool {
        return now >= self.resumes_at.load(.monotonic);
    }

    /// Two looks at the clock during a spin. Whether it should go on.
    pub fn goesOn(self: *Spinning, before: u64, now: u64) bool {
        if (now -| before < interruption) return true;
        const last = self.interrupted_at.swap(now, .monotonic);
        if (last != 0 and now -| last < again_within) self.resumes_at.store(now + rest, .monotonic);
        return false;
    }
};

test "a spin ends when it is interrupted; when that comes again soon it is the last one for a while" {
    const second = time.ns_per_ms * 1000;
    var spinning: Spinning = .{};
    try std.testing.expect(spinning.pays(1));
    try std.testing.expect(spinning.goesOn(second, second + 2000));
    try std.testing.expect(!spinning.goesOn(second, second + interruption));
    try std.testing.expect(spinning.pays(second + interruption));
    const later = second + again_within + interruption;
    try std.testing.expect(!spinning.goesOn(later - interruption, later));
    try std.testing.expect(spinning.pays(later));
    const soon = later + again_within - 1;
    try std.testing.expect(!spinning.goesOn(soon - interruption, soon));
    try std.testing.expect(!spinning.pays(soon));
    try std.testing.expect(!spinning.pays(soon + rest - 1));
    try std.testing.expect(spinning.pays(soon + rest));
}
