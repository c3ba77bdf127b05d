//! Whether it was the system that ended a child, for want of memory. Nobody tells whom it has ended, only how many of a cgroup.
const std = @import("std");
const time = @import("../system/time.zig");

/// Children whose ends are heard of longer after the count has risen died of something else.
const soon = 1000 * time.ns_per_ms;

pub const Killings = struct {
    /// As last looked at.
    seen: ?u64 = null,
    /// Of these nobody knows yet whom they were.
    unclaimed: u64 = 0,
    risen_at: u64 = 0,

    /// What the count is now; null: nobody counts.
    pub fn look(self: *Killings, count: ?u64, now: u64) void {
        if (now -| self.risen_at >= soon) self.unclaimed = 0;
        const more = if (self.seen) |seen| (count orelse seen) -| seen else 0;
        if (more != 0) {
            self.unclaimed += more;
            self.risen_at = now;
        }
        self.seen = count;
    }

    /// A child was ended by a signal that nobody here has sent. Whether it was one of them.
    pub fn claim(self: *Killings) bool {
        if (self.unclaimed == 0) return false;
        self.unclaimed -= 1;
        return true;
    }
};

test "as many ends are laid to the system's account as it counts, for a while" {
    var killings: Killings = .{};
    killings.look(7, 0);
    try std.testing.expect(!killings.claim());
    killings.look(9, 10 * soon);
    try std.testing.expect(killings.claim());
    killings.look(9, 10 * soon + 1);
    try std.testing.expect(killings.claim());
    try std.testing.expect(!killings.claim());
    killings.look(10, 20 * soon);
    killings.look(10, 21 * soon);
    try std.testing.expect(!killings.claim());
    killings.look(null, 22 * soon);
    killings.look(11, 22 * soon);
    try std.testing.expect(!killings.claim());
}
