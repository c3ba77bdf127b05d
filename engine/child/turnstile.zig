//! One thread at a time does what any may ask for; nobody waits for it, and no wish is lost.
const std = @import("std");

pub const Turnstile = struct {
    wanted: std.atomic.Value(bool) = .init(false),
    taken: std.atomic.Value(bool) = .init(false),

    /// Does it, or leaves it to who is at it.
    pub fn pass(self: *Turnstile, comptime work: fn () void) void {
        self.wanted.store(true, .seq_cst);
        while (self.wanted.load(.seq_cst)) {
            if (self.taken.swap(true, .seq_cst)) return;
            self.wanted.store(false, .seq_cst);
            work();
            self.taken.store(false, .seq_cst);
        }
    }
};

const Test = struct {
    var turnstile: Turnstile = .{};
    var asked: std.atomic.Value(u32) = .init(0);
    /// Changed by one thread at a time only.
    var seen: u32 = 0;

    fn work() void {
        seen = asked.load(.seq_cst);
    }

    fn ask() void {
        for (0..10_000) |_| {
            _ = asked.fetchAdd(1, .seq_cst);
            turnstile.pass(work);
        }
    }
};

test "what was wanted last has been done when all have left" {
    const other = try std.Thread.spawn(.{}, Test.ask, .{});
    Test.ask();
    other.join();
    try std.testing.expectEqual(20_000, Test.seen);
}
